//! The test client: cookies, headers, and the check against the document.

use fastrail::prelude::*;
use fastrail::response::Reply;
use serde_json::json;

#[post("/login")]
async fn login() -> (SetCookie, SetCookie, ()) {
    (SetCookie::new("session", "s-1"), SetCookie::new("theme", "dark"), ())
}

#[get("/me")]
async fn me(
    #[cookie] session: String,
    #[cookie] theme: Option<String>,
    #[header] x_a: Option<String>,
) -> serde_json::Value {
    json!([session, theme, x_a])
}

#[post("/logout")]
async fn logout() -> (SetCookie, ()) {
    (SetCookie::removal("session"), ())
}

#[fastrail::test]
async fn cookies_are_kept_and_clones_of_the_client_share_them() {
    let client = TestClient::new(App::new("T", "1").include(routes![login, me, logout])).await;
    client.get("/me").await.assert_status(422);
    client.post("/login").await.assert_status(204);
    client.get("/me").await.assert_status(200).assert_json(json!(["s-1", "dark", null]));
    let other = client.with_header("x-a", "1");
    other.get("/me").await.assert_json(json!(["s-1", "dark", "1"]));
    other.get("/me").header("x-a", "2").await.assert_json(json!(["s-1", "dark", "2"]));
    client.get("/me").header("cookie", "session=own").await.assert_json(json!(["own", null, null]));
    other.post("/logout").await.assert_status(204);
    client.get("/me").await.assert_status(422);
}

/// A reply that lies about itself
struct Lies;

impl Reply for Lies {
    fn describe(doc: &mut fastrail::openapi::OperationDoc<'_>, status: StatusCode) {
        <Vec<u8> as Reply>::describe(doc, status);
    }

    fn into_reply(self, status: StatusCode) -> Result<http::Response<fastrail::Body>, fastrail::Error> {
        "no list".into_reply(status)
    }
}

#[get("/lies")]
async fn lies() -> Lies {
    Lies
}

#[derive(ApiError)]
enum Known {
    /// It is known
    #[api_error(status = 404, code = "known")]
    #[allow(dead_code, reason = "it is the documented one")]
    Known,
}

#[dependency]
async fn undocumented() -> Result<Unit, Undocumented> {
    Err(Undocumented)
}

#[derive(Clone)]
struct Unit;

struct Undocumented;

impl ApiError for Undocumented {
    fn status(&self) -> StatusCode {
        StatusCode::CONFLICT
    }

    fn code(&self) -> std::borrow::Cow<'static, str> {
        "undocumented".into()
    }

    fn message(&self) -> String {
        "undocumented".to_owned()
    }

    fn describe(_: &mut Vec<fastrail::error::ErrorCase>) {}
}

#[get("/conflict")]
async fn conflict(_unit: Unit) -> Result<u8, Known> {
    Ok(1)
}

#[fastrail::test]
async fn an_answer_that_is_not_in_the_document_fails_the_test() {
    let client = TestClient::new(App::new("T", "1").include(routes![lies, conflict])).await;
    for (path, complaint) in [("/lies", "is not of type \"array\""), ("/conflict", "the status 409")] {
        let asking = client.clone();
        let path_of_task = path.to_owned();
        let failed = tokio::spawn(async move { asking.get(&path_of_task).await.status() }).await.expect_err("a panic");
        let panic = failed.into_panic();
        let message = panic.downcast_ref::<String>().expect("a message");
        assert!(message.contains(complaint) && message.contains(path), "{message}");
        client.unchecked().get(path).await;
    }
}

#[fastrail::test]
async fn bodies_come_as_json_forms_bytes_and_streams() {
    #[post("/echo")]
    async fn echo(
        ExtractBody(body): ExtractBody<::bytes::Bytes>,
        #[header] content_type: Option<String>,
    ) -> (HeaderMap, PlainText) {
        let kind = content_type.unwrap_or_default();
        (HeaderMap::new(), PlainText(format!("{kind}: {}", String::from_utf8_lossy(&body))))
    }
    let client = TestClient::new(App::new("T", "1").include(routes![echo])).await;
    assert_eq!(client.post("/echo").json([1]).await.text(), "application/json: [1]");
    let form = client.post("/echo").form([("a b", "ä&=")]).await;
    assert_eq!(form.text(), "application/x-www-form-urlencoded: a%20b=%C3%A4%26%3D");
    assert_eq!(client.post("/echo").body("text/plain", "x").await.text(), "text/plain: x");
    assert_eq!(client.post("/echo").stream(fastrail::Body::from("s")).await.text(), ": s");
}
