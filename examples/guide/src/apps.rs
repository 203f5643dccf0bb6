//! Apps: one within another, behind a proxy, with docs of its own.

use fastrail::OwnedRequestInfo;
use fastrail::prelude::*;

#[get("/app")]
async fn read_main(request: OwnedRequestInfo) -> String {
    format!("the main app at {:?}", request.root_path())
}

#[get("/sub")]
async fn read_sub(request: OwnedRequestInfo) -> String {
    format!("the sub-app at {:?}", request.root_path())
}

// ANCHOR: mount
pub fn app() -> App {
    let sub = App::new("Sub", "1.0.0").include(routes![read_sub]);
    App::new("Main", "1.0.0").include(routes![read_main]).mount("/subapi", sub)
}
// ANCHOR_END: mount

// ANCHOR: service
async fn legacy(request: Request) -> Result<Response, std::convert::Infallible> {
    let path = request.uri().path(); // below its mount
    Ok(Response::new(format!("legacy {path}").into()))
}

pub fn with_legacy() -> App {
    App::new("Main", "1.0.0").include(routes![read_main]).mount("/legacy", tower::service_fn(legacy))
}
// ANCHOR_END: service

// ANCHOR: proxy
pub fn behind_a_proxy() -> App {
    App::new("Proxied", "1.0.0").root_path("/api/v1").include(routes![read_main])
}
// ANCHOR_END: proxy

// ANCHOR: docs
pub fn with_quiet_docs() -> App {
    App::new("Docs", "1.0.0")
        .include(routes![read_main])
        .docs_url("/documentation")
        .redoc_url(None)
        .swagger_ui(|page| page.parameter("syntaxHighlight", false).parameter("docExpansion", "none"))
}
// ANCHOR_END: docs

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn apps_are_where_the_guide_says() {
        let client = TestClient::new(app()).await;
        client.get("/app").await.assert_json("the main app at \"\"");
        client.get("/subapi/sub").await.assert_json("the sub-app at \"/subapi\"");
        client.get("/subapi/docs").await.assert_status(200);
        let client = TestClient::new(with_legacy()).await;
        assert_eq!(client.get("/legacy/a").await.assert_status(200).text(), "legacy /a");
        let client = TestClient::new(behind_a_proxy()).await;
        client.get("/api/v1/app").await.assert_json("the main app at \"/api/v1\"");
        let client = TestClient::new(with_quiet_docs()).await;
        client.get("/documentation").await.assert_status(200);
        client.get("/redoc").await.assert_status(404);
    }
}
