//! Answers that are no JSON, and what is set beside an answer.

use fastrail::prelude::*;
use fastrail::response::{Content, Csv, JsonAs, MediaType};
use fastrail::{CookieKeys, FileResponse, ResponseParts, StreamingResponse, Urls};
use futures_util::stream;

// ANCHOR: file
#[get("/report")]
async fn report() -> FileResponse {
    FileResponse::new("Cargo.toml").media_type("text/plain").attachment("Bericht für Mai.txt")
}
// ANCHOR_END: file

// ANCHOR: stream
#[get("/story")]
async fn story() -> StreamingResponse {
    StreamingResponse::new(stream::iter(["Once ", "upon ", "a time"]))
}

struct Png;

impl MediaType for Png {
    const NAME: &'static str = "image/png";
}

#[get("/image")]
async fn image() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter([b"\x89PNG".as_slice(), b"..."]))
}
// ANCHOR_END: stream

// ANCHOR: media
struct Xml;

impl MediaType for Xml {
    const NAME: &'static str = "application/xml";
}

#[get("/legacy")]
async fn legacy() -> Content<Xml> {
    Content::new("<shampoo/>")
}

struct GeoJson;

impl MediaType for GeoJson {
    const NAME: &'static str = "application/geo+json";
}

#[get("/point")]
async fn point() -> JsonAs<GeoJson, Vec<f64>> {
    JsonAs::new(vec![8.5, 47.4])
}
// ANCHOR_END: media

// ANCHOR: csv
#[derive(Serialize)]
struct Row {
    name: &'static str,
    price: u32,
}

#[get("/items.csv")]
async fn export() -> Csv<Row> {
    Csv::new(vec![Row { name: "Fork", price: 3 }, Row { name: "=1+1", price: 2 }]).file_name("items.csv")
}
// ANCHOR_END: csv

// ANCHOR: custom
/// JSON that people read
struct Pretty<T>(T);

impl<T: Schema + Serialize> Reply for Pretty<T> {
    fn describe(doc: &mut fastrail::openapi::OperationDoc<'_>, status: StatusCode) {
        T::describe(doc, status); // in the document it is T's JSON
    }

    fn into_reply(self, status: StatusCode) -> Result<fastrail::response::Response> {
        let text = serde_json::to_string_pretty(&self.0).map_err(Error::internal)?;
        Content::<Json>::new(text).into_reply(status)
    }
}

struct Json;

impl MediaType for Json {
    const NAME: &'static str = "application/json";
}

#[get("/pretty")]
async fn pretty() -> Pretty<Vec<u8>> {
    Pretty(vec![1])
}
// ANCHOR_END: custom

// ANCHOR: parts
#[put("/tasks/{task_id}")]
async fn get_or_create(task_id: String, response: ResponseParts) -> String {
    if task_id != "foo" {
        response.set_status(StatusCode::CREATED);
        response.set_cookie(SetCookie::new("last-task", &task_id));
    }
    task_id
}
// ANCHOR_END: parts

// ANCHOR: cookies
#[post("/login")]
async fn login(keys: State<CookieKeys>) -> (SetCookie, ()) {
    let session = SetCookie::host("session", "user-1").max_age(std::time::Duration::from_secs(3600));
    (keys.sign(session), ())
}

#[get("/me")]
async fn me(#[cookie(alias = "__Host-session")] session: String, keys: State<CookieKeys>) -> Result<String> {
    let user = keys.verify("__Host-session", &session).ok_or_else(|| Error::new(401, "Log in first"))?;
    Ok(user.to_owned())
}

#[post("/logout")]
async fn logout() -> (SetCookie, ()) {
    (SetCookie::removal("__Host-session"), ())
}
// ANCHOR_END: cookies

// ANCHOR: urls
#[post("/reports", status = 201)]
async fn make_report(urls: Urls) -> Result<(Location, &'static str)> {
    Ok((Location::of(urls.path("get_or_create", [("task_id", "a b")])?), "made"))
}
// ANCHOR_END: urls

pub fn app(keys: CookieKeys) -> App {
    App::new("Responses", "1.0.0").state(keys).include(routes![
        report,
        story,
        image,
        legacy,
        point,
        export,
        pretty,
        get_or_create,
        login,
        me,
        logout,
        make_report
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn each_answer_is_what_it_says() {
        let keys = CookieKeys::new([1; 32]).expect("long enough");
        let client = TestClient::new(app(keys)).await;
        let report = client.get("/report").await;
        report.assert_header("content-type", "text/plain");
        let etag = report.header("etag").expect("one");
        client.get("/report").header("if-none-match", etag).await.assert_status(304);
        client.get("/report").header("range", "bytes=0-8").await.assert_status(206);
        assert_eq!(client.get("/story").await.text(), "Once upon a time");
        client.get("/image").await.assert_header("content-type", "image/png");
        client.get("/legacy").await.assert_header("content-type", "application/xml");
        client.get("/point").await.assert_header("content-type", "application/geo+json");
        assert_eq!(client.get("/items.csv").await.text(), "name,price\r\nFork,3\r\n'=1+1,2\r\n");
        assert_eq!(client.get("/pretty").await.text(), "[\n  1\n]");
        client.put("/tasks/foo").await.assert_status(200);
        client.put("/tasks/bar").await.assert_status(201);
        client.post("/reports").await.assert_header("location", "/tasks/a%20b");
        client.post("/login").await.assert_status(204);
        client.get("/me").await.assert_json("user-1");
        client.post("/logout").await.assert_status(204);
        client.get("/me").await.assert_status(422);
    }
}
