//! First steps: the smallest app.

// ANCHOR: app
use fastrail::prelude::*;

/// Say hello
#[get("/hello/{name}")]
async fn hello(name: String) -> String {
    format!("Hello {name}")
}

pub fn app() -> App {
    App::new("Hello", "1.0.0").include(routes![hello])
}
// ANCHOR_END: app

// ANCHOR: main
pub async fn main() -> Result<()> {
    fastrail::serve(app()).await
}
// ANCHOR_END: main

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn it_greets_and_documents_itself() {
        let client = TestClient::new(app()).await;
        client.get("/hello/you").await.assert_status(200).assert_json("Hello you");
        client.get("/docs").await.assert_status(200);
        assert_eq!(client.openapi()["paths"]["/hello/{name}"]["get"]["summary"], "Say hello");
    }
}
