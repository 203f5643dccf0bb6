//! Lists in one value and structs in brackets: OpenAPI's styles of query parameters.

use fastrail::Limits;
use fastrail::prelude::*;
use serde_json::{Value, json};

#[derive(Debug, Default, Serialize, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Filter {
    status: Option<Status>,
    #[schema(ge = 0)]
    min: i64,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Open,
    Closed,
}

#[derive(Debug, Default, Serialize, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
struct Paging {
    page: u32,
}

#[get("/deep")]
async fn deep(#[query(style = "deepObject")] filter: Filter, #[query] paging: Paging) -> Value {
    json!([filter, paging])
}

#[get("/deep-optional")]
async fn deep_optional(
    #[query(style = "deepObject", alias = "f")] filter: Option<Filter>,
    #[query(style = "deepObject", default)] paging: Paging,
) -> Value {
    json!([filter, paging])
}

#[get("/comma")]
async fn comma(
    #[query(explode = false, max_items = 3, ge = 1)] ids: Vec<i64>,
    #[query(explode = false, default)] names: BTreeSet<String>,
    #[query(explode = false)] days: Option<Vec<NaiveDate>>,
) -> Value {
    json!([ids, names, days])
}

#[get("/delimited")]
async fn delimited(
    #[query(style = "spaceDelimited")] words: Vec<String>,
    #[query(style = "pipeDelimited")] numbers: Vec<u8>,
) -> Value {
    json!([words, numbers])
}

async fn client() -> TestClient {
    TestClient::new(App::new("T", "1").include(routes![deep, deep_optional, comma, delimited])).await
}

fn places(response: &fastrail::testing::TestResponse) -> Vec<(Value, Value)> {
    let errors = response.assert_status(422).at("/detail");
    errors.as_array().into_iter().flatten().map(|error| (error["loc"].clone(), error["type"].clone())).collect()
}

#[fastrail::test]
async fn a_struct_stands_in_brackets_beside_a_group_that_refuses_strangers() {
    let client = client().await;
    let query = "/deep?filter[status]=open&filter[min]=3&filter%5Btags%5D=a&filter[tags]=b&page=2";
    client.get(query).await.assert_status(200).assert_json(json!([
        { "status": "open", "min": 3, "tags": ["a", "b"] }, { "page": 2 },
    ]));
    let wrong = client.get("/deep?filter[status]=lost&filter[min]=-1&filter[max]=1&filter[tags][0]=x&other=1").await;
    assert_eq!(
        places(&wrong),
        [
            (json!(["query", "filter", "status"]), json!("enum")),
            (json!(["query", "filter", "min"]), json!("greater_than_equal")),
            (json!(["query", "filter", "max"]), json!("extra_forbidden")),
            (json!(["query", "filter", "tags][0"]), json!("extra_forbidden")),
            (json!(["query", "other"]), json!("extra_forbidden")),
        ]
    );
    assert_eq!(places(&client.get("/deep").await), [(json!(["query", "filter", "min"]), json!("missing"))]);
}

#[fastrail::test]
async fn an_absent_struct_is_none_or_its_default() {
    let client = client().await;
    client.get("/deep-optional").await.assert_status(200).assert_json(json!([null, { "page": 0 }]));
    let response = client.get("/deep-optional?f[min]=1&paging[page]=4").await;
    response.assert_json(json!([{ "status": null, "min": 1, "tags": [] }, { "page": 4 }]));
    assert_eq!(
        places(&client.get("/deep-optional?f[status]=open&paging[page]=x").await),
        [(json!(["query", "f", "min"]), json!("missing")), (json!(["query", "paging", "page"]), json!("int_parsing"))]
    );
}

#[fastrail::test]
async fn a_list_stands_in_one_value() {
    let client = client().await;
    let response = client.get("/comma?ids=1,2,3&names=b,a%2Cc&days=2026-01-02").await;
    response.assert_status(200).assert_json(json!([[1, 2, 3], ["a,c", "b"], ["2026-01-02"]]));
    client.get("/comma?ids=1,2&ids=3").await.assert_json(json!([[1, 2, 3], [], null]));
    client.get("/comma?ids=").await.assert_status(200).assert_json(json!([[], [], null]));
    assert_eq!(
        places(&client.get("/comma?ids=1,0,x&names=a,a&days=2026-01-02,soon").await),
        [
            (json!(["query", "ids", 1]), json!("greater_than_equal")),
            (json!(["query", "ids", 2]), json!("int_parsing")),
            (json!(["query", "names", 1]), json!("unique_items")),
            (json!(["query", "days", 1]), json!("date_from_datetime_parsing")),
        ]
    );
    assert_eq!(places(&client.get("/comma?ids=1,2,3,4").await), [(json!(["query", "ids"]), json!("too_long"))]);
    assert_eq!(places(&client.get("/comma?ids=%ff").await), [(json!(["query", "ids"]), json!("string_unicode"))]);
    assert_eq!(places(&client.get("/comma").await), [(json!(["query", "ids"]), json!("missing"))]);
    let response = client.get("/delimited?words=a+b%20c&numbers=1|2%7C3").await;
    response.assert_status(200).assert_json(json!([["a", "b", "c"], [1, 2, 3]]));
}

#[fastrail::test]
async fn the_document_names_the_styles() {
    let client = client().await;
    let parameters = |path: &str| client.openapi()["paths"][path]["get"]["parameters"].clone();
    assert_eq!(
        parameters("/deep")[0],
        json!({
            "name": "filter", "in": "query", "required": true, "style": "deepObject", "explode": true,
            "schema": { "$ref": "#/components/schemas/Filter" },
        })
    );
    assert_eq!(client.openapi()["components"]["schemas"]["Filter"]["additionalProperties"], false);
    let optional = parameters("/deep-optional");
    assert_eq!((&optional[0]["name"], &optional[0]["required"]), (&json!("f"), &json!(false)));
    assert_eq!(optional[1]["schema"]["default"], json!({ "page": 0 }));
    assert_eq!(
        parameters("/comma")[0],
        json!({
            "name": "ids", "in": "query", "required": true, "style": "form", "explode": false,
            "schema": {
                "type": "array", "maxItems": 3, "title": "Ids",
                "items": { "type": "integer", "minimum": 1, "maximum": i64::MAX },
            },
        })
    );
    let styles: Vec<Value> = (0..2).map(|at| parameters("/delimited")[at]["style"].clone()).collect();
    assert_eq!(styles, ["spaceDelimited", "pipeDelimited"]);
}

#[get("/many")]
async fn many(#[query] tags: Option<Vec<String>>) -> usize {
    tags.map_or(0, |tags| tags.len())
}

#[post("/form")]
async fn form(#[form] fields: Paging) -> u32 {
    fields.page
}

#[fastrail::test]
async fn there_is_a_limit_to_how_many_are_read() {
    let limits = Limits { max_parameters: 3, ..Limits::default() };
    let app = App::new("T", "1").include(routes![deep, comma, many, form]).limits(limits);
    let client = TestClient::new(app).await;
    client.get("/many?tags=a&tags=b&tags=c").await.assert_json(3);
    let response = client.get("/many?tags=a&tags=b&tags=c&tags=d").await;
    response.assert_status(422).assert_json(json!({ "detail": [{
        "type": "too_many_parameters", "loc": ["query", "tags"], "msg": "At most 3 parameters are read",
        "input": null, "ctx": { "max_parameters": 3 },
    }] }));
    let too_many = json!("too_many_parameters");
    let response = client.get("/comma?ids=1&names=1,2,3,4").await;
    assert_eq!(places(&response), [(json!(["query", "names"]), too_many.clone())]);
    let response = client.get("/deep?filter[min]=1&a=1&b=1&c=1").await;
    assert_eq!(places(&response)[0], (json!(["query"]), too_many.clone()));
    let response = client.post("/form").form([("page", "1"), ("a", "1"), ("b", "1"), ("c", "1")]).await;
    assert_eq!(places(&response), [(json!(["body"]), too_many)]);
}

#[derive(Debug, Default, Serialize, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
struct Strict {
    x_known: Option<String>,
}

#[get("/strict-header")]
async fn strict_header(#[header] strict: Strict) -> Strict {
    strict
}

#[get("/strict-cookie")]
async fn strict_cookie(#[cookie] strict: Strict) -> Strict {
    strict
}

#[post("/strict-form")]
async fn strict_form(#[form] strict: Strict, #[form(min_length = 2)] name: String, #[form] age: Option<u8>) -> Value {
    json!([strict, name, age])
}

#[fastrail::test]
async fn a_group_refuses_strangers_from_each_source() {
    let client = TestClient::new(App::new("T", "1").include(routes![strict_header, strict_cookie, strict_form])).await;
    let refused = |response: &fastrail::testing::TestResponse, place: Value| {
        assert!(places(response).contains(&(place, json!("extra_forbidden"))), "{response:?}");
    };
    refused(&client.get("/strict-header").header("x-other", "1").await, json!(["header", "x-other"]));
    client.get("/strict-cookie").header("cookie", "x_known=1").await.assert_status(200);
    refused(&client.get("/strict-cookie").header("cookie", "x_known=1; y=2").await, json!(["cookie", "y"]));
    let form = client.post("/strict-form").form([("x_known", "1"), ("name", "ada"), ("age", "3")]).await;
    form.assert_status(200).assert_json(json!([{ "x_known": "1" }, "ada", 3]));
    let wrong = client.post("/strict-form").form([("y", "1"), ("name", "a"), ("name", "b"), ("age", "x")]).await;
    assert_eq!(
        places(&wrong),
        [
            (json!(["body", "y"]), json!("extra_forbidden")),
            (json!(["body", "name"]), json!("string_too_short")),
            (json!(["body", "age"]), json!("int_parsing")),
        ]
    );
    let body = &client.openapi()["components"]["schemas"]["Body_strict_form"];
    assert_eq!((&body["required"], &body["additionalProperties"]), (&json!(["name"]), &json!(false)));
    let names: Vec<&String> = body["properties"].as_object().expect("an object").keys().collect();
    assert_eq!(names, ["x_known", "name", "age"]);
}
