//! Rules whose bounds are constants: enforced and documented as literals are.

use fastrail::prelude::*;
use serde_json::{Value, json};

const MOST: u16 = 50;
const LEAST: f64 = 0.5;
const NAME: usize = 3;

struct Bounds;

impl Bounds {
    const TAGS: usize = 2;
    const FLOOR: i64 = -4;
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Order {
    #[schema(min_length = NAME, max_length = NAME * 2)]
    name: String,
    #[schema(gt = LEAST, le = MOST)]
    price: Decimal,
    #[schema(ge = Bounds::FLOOR, lt = i64::MAX)]
    offset: i64,
    #[serde(default)]
    #[schema(max_items = Bounds::TAGS, multiple_of = LEAST)]
    steps: Vec<f64>,
}

#[post("/orders")]
async fn order(
    #[query(ge = 1, le = MOST)] limit: u16,
    #[query(le = { 2 + 1 })] page: Option<u8>,
    body: Order,
) -> Value {
    json!([limit, page, body])
}

#[fastrail::test]
async fn a_constant_is_enforced_and_documented() {
    let client = TestClient::new(App::new("T", "1").include(routes![order])).await;
    let body = json!({ "name": "abcdef", "price": "0.51", "offset": -4, "steps": [1.5] });
    client.post("/orders?limit=50&page=3").json(&body).await.assert_status(200);
    let body = json!({ "name": "abcdefg", "price": "0.5", "offset": -5, "steps": [0.3] });
    let wrong = client.post("/orders?limit=51&page=4").json(&body).await;
    let told = |at: usize| [wrong.at(&format!("/detail/{at}/msg")), wrong.at(&format!("/detail/{at}/ctx"))];
    wrong.assert_status(422);
    assert_eq!(told(0), [json!("Input should be less than or equal to 50"), json!({ "le": 50 })]);
    assert_eq!(told(1), [json!("Input should be less than or equal to 3"), json!({ "le": 3 })]);
    assert_eq!(told(2), [json!("String should have at most 6 characters"), json!({ "max_length": 6 })]);
    assert_eq!(told(3), [json!("Input should be greater than 0.5"), json!({ "gt": 0.5 })]);
    assert_eq!(told(4), [json!("Input should be greater than or equal to -4"), json!({ "ge": -4 })]);
    assert_eq!(told(5), [json!("Input should be a multiple of 0.5"), json!({ "multiple_of": 0.5 })]);
    let parameters = client.openapi()["paths"]["/orders"]["post"]["parameters"].clone();
    assert_eq!(parameters[0]["schema"], json!({ "type": "integer", "minimum": 1, "maximum": 50, "title": "Limit" }));
    let order = &client.openapi()["components"]["schemas"]["Order"]["properties"];
    assert_eq!((&order["name"]["minLength"], &order["name"]["maxLength"]), (&json!(3), &json!(6)));
    assert_eq!((&order["offset"]["minimum"], &order["offset"]["exclusiveMaximum"]), (&json!(-4), &json!(i64::MAX)));
    assert_eq!((&order["steps"]["maxItems"], &order["steps"]["items"]["multipleOf"]), (&json!(2), &json!(0.5)));
}
