//! The document and its pages: where they are, moved and switched off.

use fastrail::prelude::*;
use serde_json::json;

#[get("/hello")]
async fn hello() -> &'static str {
    "hello"
}

fn app() -> App {
    App::new("Hello & <Co>", "1").include(routes![hello])
}

#[fastrail::test]
async fn the_document_and_its_pages_are_served_from_the_binary() {
    let client = TestClient::new(app()).await;
    let document = client.get("/openapi.json").await;
    document.assert_status(200).assert_header("content-type", "application/json");
    document.assert_json(client.openapi());
    let etag = document.header("etag").expect("an ETag").to_owned();
    let again = client.get("/openapi.json").header("if-none-match", &etag).await;
    assert!(again.assert_status(304).bytes().is_empty());
    for (path, page) in [("/docs", "Swagger UI"), ("/redoc", "ReDoc"), ("/scalar", "Scalar")] {
        let title = format!("Hello &amp; &lt;Co&gt; - {page}");
        let page = client.get(path).await;
        page.assert_status(200).assert_header("content-type", "text/html; charset=utf-8");
        assert!(page.text().contains(&title), "{page:?}");
        assert!(!page.text().contains("https://"), "nothing is loaded from elsewhere: {page:?}");
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(policy.contains("'self'"), "{policy}");
        for script in page.text().split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let asset = client.get(&format!("/{script}")).header("accept-encoding", "gzip").await;
            asset.assert_status(200);
        }
    }
    let head = client.request(http::Method::HEAD, "/docs").await;
    assert!(head.assert_status(200).bytes().is_empty());
}

#[fastrail::test]
async fn pages_keep_their_own_policy_among_security_headers() {
    let client = TestClient::new(app().middleware(SecurityHeaders::new())).await;
    let page = client.get("/docs").await;
    assert_ne!(page.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    page.assert_header("x-content-type-options", "nosniff");
    let own = client.get("/hello").await;
    own.assert_header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
}

#[fastrail::test]
async fn pages_can_be_moved() {
    let app =
        app().openapi_url("/api/openapi.json").docs_url("/api/docs").redoc_url("/api/redoc").scalar_url("/api/scalar");
    let client = TestClient::new(app).await;
    client.get("/api/openapi.json").await.assert_status(200);
    for (path, script) in [("/api/docs", "docs/"), ("/api/redoc", "redoc/"), ("/api/scalar", "scalar/")] {
        let page = client.get(path).await;
        assert!(page.assert_status(200).text().contains(script), "{page:?}");
    }
    for path in ["/openapi.json", "/docs", "/redoc", "/scalar"] {
        client.get(path).await.assert_status(404);
    }
}

#[fastrail::test]
async fn pages_can_be_switched_off() {
    let client = TestClient::new(app().docs_url(None)).await;
    client.get("/docs").await.assert_status(404);
    client.get("/redoc").await.assert_status(200);
    let client = TestClient::new(app().redoc_url(None)).await;
    client.get("/redoc").await.assert_status(404);
    let client = TestClient::new(app().scalar_url(None)).await;
    client.get("/scalar").await.assert_status(404);
    let client = TestClient::new(app().openapi_url(None)).await;
    for path in ["/openapi.json", "/docs", "/redoc", "/scalar"] {
        client.get(path).await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    }
    client.get("/hello").await.assert_status(200);
    assert!(client.openapi()["paths"].get("/hello").is_some(), "the document itself is there for programs");
}
