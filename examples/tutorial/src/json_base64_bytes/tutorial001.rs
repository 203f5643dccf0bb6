//! Bytes in JSON, as Base64.

use fastrail::prelude::*;
use fastrail::schema::Base64Bytes;

#[derive(Serialize, Deserialize, Schema)]
struct DataInput {
    description: String,
    data: Base64Bytes,
}

#[derive(Serialize, Deserialize, Schema)]
struct DataOutput {
    description: String,
    data: Base64Bytes,
}

#[derive(Serialize, Deserialize, Schema)]
struct DataInputOutput {
    description: String,
    data: Base64Bytes,
}

#[post("/data")]
fn post_data(body: DataInput) -> Value {
    let content = String::from_utf8_lossy(&body.data);
    json!({ "description": body.description, "content": content })
}

#[get("/data")]
fn get_data() -> DataOutput {
    DataOutput { description: "A plumbus".to_owned(), data: Base64Bytes(b"hello".to_vec()) }
}

#[post("/data-in-out")]
fn post_data_in_out(body: DataInputOutput) -> DataInputOutput {
    body
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![post_data, get_data, post_data_in_out])
}
