//! An app and its test in one file.

use fastrail::prelude::*;

#[get("/")]
async fn read_main() -> Value {
    json!({ "msg": "Hello World" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_main])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn it_says_hello() {
        let client = TestClient::new(app()).await;
        client.get("/").await.assert_status(200).assert_json(json!({ "msg": "Hello World" }));
    }
}
