//! How each scalar is read from text; maps, lists and patches as bodies.

use std::collections::HashMap;

use chrono::{FixedOffset, NaiveDateTime};
use fastrail::prelude::*;
use serde_json::{Value, json};

use super::Colour;

macro_rules! scalar_operations {
    ($($name:ident: $type:ty),* $(,)?) => { $(
        #[get("/value")]
        async fn $name(#[query] value: $type) -> Value {
            json!(value)
        }
    )* };
}

scalar_operations! {
    an_i8: i8, an_i64: i64, a_u16: u16, a_u64: u64, an_f64: f64, a_bool: bool, a_char: char, a_string: String,
    a_decimal: Decimal, a_uuid: Uuid, a_url: url::Url, an_email: Email, a_date: NaiveDate, a_time: NaiveTime,
    a_local: NaiveDateTime, a_utc: DateTime<Utc>, an_offset: DateTime<FixedOffset>, an_enum: Colour,
}

/// Asks with a value that is read, and with one that is refused for this reason
async fn scalar(operation: Vec<fastrail::routing::Route>, good: (&str, Value), bad: (&str, &str)) {
    let client = TestClient::new(App::new("T", "1").include(operation)).await;
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let response = client.get(&format!("/value?value={}", encode(good.0))).await;
    response.assert_status(200).assert_json(good.1);
    let response = client.get(&format!("/value?value={}", encode(bad.0))).await;
    response.assert_status(422);
    assert_eq!(response.at("/detail/0/type"), bad.1, "{response:?}");
    assert_eq!(response.at("/detail/0/input"), bad.0, "{response:?}");
    assert_eq!(response.at("/detail/0/loc"), json!(["query", "value"]));
}

#[fastrail::test]
async fn every_scalar_has_its_grammar() {
    scalar(routes![an_i8], ("-128", json!(-128)), ("128", "less_than_equal")).await;
    scalar(routes![an_i64], ("+7", json!(7)), ("seven", "int_parsing")).await;
    scalar(routes![a_u16], ("65535", json!(65535)), ("-1", "greater_than_equal")).await;
    scalar(routes![a_u64], ("18446744073709551615", json!(u64::MAX)), ("1.5", "int_parsing")).await;
    scalar(routes![an_f64], ("1.5e3", json!(1500.0)), ("1,5", "float_parsing")).await;
    for (word, value) in [("yes", true), ("ON", true), ("1", true), ("off", false), ("False", false), ("n", false)] {
        scalar(routes![a_bool], (word, json!(value)), ("perhaps", "bool_parsing")).await;
    }
    scalar(routes![a_char], ("ä", json!("ä")), ("ab", "string_too_long")).await;
    scalar(routes![a_decimal], ("12.30", json!("12.30")), ("12,30", "decimal_parsing")).await;
    let id = "0198f0a2-5a3c-7d11-9c5e-0d6f3a1b2c4d";
    scalar(routes![a_uuid], (id, json!(id)), ("0198f0a2", "uuid_parsing")).await;
    scalar(routes![a_url], ("https://a.example/b", json!("https://a.example/b")), ("a.example", "url_parsing")).await;
    scalar(routes![an_email], ("a@b.example", json!("a@b.example")), ("a.b.example", "value_error")).await;
    scalar(routes![a_date], ("2026-02-28", json!("2026-02-28")), ("2026-02-30", "date_from_datetime_parsing")).await;
    scalar(routes![a_time], ("23:59:58", json!("23:59:58")), ("25:00:00", "time_parsing")).await;
    scalar(
        routes![a_local],
        ("2026-02-28T23:59:58", json!("2026-02-28T23:59:58")),
        ("yesterday", "datetime_from_date_parsing"),
    )
    .await;
    scalar(
        routes![a_utc],
        ("2026-02-28T23:59:58+02:00", json!("2026-02-28T21:59:58Z")),
        ("2026-02-28T23:59:58", "timezone_aware"),
    )
    .await;
    scalar(
        routes![an_offset],
        ("2026-02-28T23:59:58+02:00", json!("2026-02-28T23:59:58+02:00")),
        ("now", "datetime_from_date_parsing"),
    )
    .await;
    scalar(routes![an_enum], ("deep-blue", json!("deep-blue")), ("DeepBlue", "enum")).await;
    let client = TestClient::new(App::new("T", "1").include(routes![a_string])).await;
    client.get("/value?value=").await.assert_status(200).assert_json("");
    client.get("/value?value=%ff").await.assert_status(422);
    client.get("/value?value=1&%ff=1").await.assert_status(422);
}

#[post("/maps")]
async fn maps(body: HashMap<String, Vec<Option<u8>>>) -> usize {
    body.values().map(Vec::len).sum()
}

#[post("/any")]
async fn any(body: Value) -> Value {
    body
}

#[fastrail::test]
async fn maps_lists_and_anything_are_bodies() {
    let client = TestClient::new(App::new("T", "1").include(routes![maps, any])).await;
    client.post("/maps").json(json!({ "a": [1, null], "b": [] })).await.assert_status(200).assert_json(2);
    let wrong = client.post("/maps").json(json!({ "a": [1, 256], "b": 1 })).await;
    wrong.assert_status(422);
    assert_eq!((wrong.at("/detail/0/loc"), wrong.at("/detail/1/loc")), (json!(["body", "a", 1]), json!(["body", "b"])));
    client.post("/any").json(json!([1, { "a": null }])).await.assert_status(200).assert_json(json!([1, { "a": null }]));
}

/// What a client changes
#[derive(Deserialize, Schema)]
struct Change {
    #[serde(default)]
    #[schema(min_length = 1)]
    name: Patch<String>,
    #[serde(default)]
    note: Patch<Option<String>>,
}

#[patch("/things/{id}")]
async fn change(id: u8, body: Change) -> Value {
    let told = |patch: Patch<Option<String>>| match patch {
        Patch::Absent => json!("absent"),
        Patch::Set(value) => json!(value),
    };
    json!([id, told(body.name.map(Some)), told(body.note)])
}

#[fastrail::test]
async fn a_patch_tells_absent_null_and_a_value_apart() {
    let client = TestClient::new(App::new("T", "1").include(routes![change])).await;
    client.patch("/things/1").json(json!({})).await.assert_status(200).assert_json(json!([1, "absent", "absent"]));
    client.patch("/things/1").json(json!({ "note": null })).await.assert_json(json!([1, "absent", null]));
    client.patch("/things/1").json(json!({ "name": "a", "note": "b" })).await.assert_json(json!([1, "a", "b"]));
    for wrong in [json!({ "name": null }), json!({ "name": "" }), json!({ "note": 1 })] {
        client.patch("/things/1").json(&wrong).await.assert_status(422);
    }
}
