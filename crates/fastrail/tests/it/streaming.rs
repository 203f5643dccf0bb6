//! Answers and bodies piece by piece, files, CSV, media types of one's own, and what is set beside an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use fastrail::prelude::*;
use fastrail::response::{Content, Csv, JsonAs, MediaType};
use fastrail::{Body, BodyStream, CookieKeys, FileResponse, Limits, ResponseParts, StreamingResponse, Urls};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::sync::Notify;

use crate::support::{Server, send};

struct Png;

impl MediaType for Png {
    const NAME: &'static str = "image/png";
}

struct Geo;

impl MediaType for Geo {
    const NAME: &'static str = "application/geo+json";
}

struct Xml;

impl MediaType for Xml {
    const NAME: &'static str = "application/xml; charset=utf-8";
}

#[get("/story")]
async fn story() -> StreamingResponse {
    StreamingResponse::new(stream::iter(["Once ", "upon ", "a time"]))
}

#[get("/image")]
async fn image() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter([Bytes::from_static(b"\x89PNG"), Bytes::from_static(b"...")]))
}

#[get("/video")]
async fn video() -> StreamingResponse {
    StreamingResponse::new(stream::iter(["v"])).media_type("video/mp4")
}

/// What the second half waits for
#[derive(Clone, Default)]
struct Gate(Arc<Notify>);

#[get("/breaks")]
async fn breaks(gate: State<Gate>) -> StreamingResponse {
    let gone = stream::once(async move {
        gate.0.0.notified().await;
        Err(std::io::Error::other("gone"))
    });
    StreamingResponse::try_new(stream::iter([Ok("half")]).chain(gone))
}

#[get("/legacy")]
async fn legacy() -> Content<Xml> {
    Content::new("<shampoo/>")
}

#[get("/geo")]
async fn geo() -> JsonAs<Geo, Vec<f64>> {
    JsonAs::new(vec![8.5, 47.4])
}

#[get("/bytes")]
async fn octets() -> Bytes {
    Bytes::from_static(&[0, 255])
}

/// JSON that people read
struct PrettyJson<T>(T);

impl<T: Schema + Serialize> Reply for PrettyJson<T> {
    fn describe(doc: &mut fastrail::openapi::OperationDoc<'_>, status: StatusCode) {
        T::describe(doc, status);
    }

    fn into_reply(self, status: StatusCode) -> Result<fastrail::response::Response> {
        let body = serde_json::to_vec_pretty(&self.0).map_err(Error::internal)?;
        ([(http::header::CONTENT_TYPE, "application/json")], Bytes::from(body)).into_reply(status)
    }
}

#[get("/pretty")]
async fn pretty() -> PrettyJson<BTreeMap<String, String>> {
    PrettyJson(BTreeMap::from([("message".to_owned(), "Hello World".to_owned())]))
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    price: i32,
}

#[get("/rows")]
async fn rows() -> Csv<Row> {
    let row = |name, price| Row { name, price };
    Csv::new(vec![row("Fork, \"big\"", -3), row("=cmd()", 4), row("-x", 5), row("Löffel", 6)]).file_name("für.csv")
}

#[get("/verbatim")]
async fn verbatim() -> Csv<Row> {
    Csv::stream(stream::iter([Row { name: "=1", price: 1 }])).verbatim()
}

#[get("/no-rows")]
async fn no_rows() -> Csv<Row> {
    Csv::new(vec![])
}

#[get("/no-rows-but-names")]
async fn no_rows_but_names() -> Csv<Row> {
    Csv::new(vec![]).columns(["name", "=price"])
}

#[get("/many-rows")]
async fn many_rows() -> Csv<Row> {
    Csv::new((0..1_000).map(|price| Row { name: "Fork", price }))
}

#[get("/broken-rows")]
async fn broken_rows() -> Csv<Row> {
    let gone = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("gone"))
    });
    Csv::try_stream(stream::iter([Ok(Row { name: "Fork", price: 3 })]).chain(gone))
}

fn app() -> App {
    App::new("T", "1")
        .include(routes![story, image, video, breaks, legacy, geo, octets, pretty, rows, verbatim, no_rows])
        .include(routes![no_rows_but_names, many_rows, broken_rows])
}

#[fastrail::test]
async fn streams_are_sent_under_their_media_type() {
    let client = TestClient::new(app().state(Gate::default())).await;
    let story = client.get("/story").await;
    assert_eq!((story.text(), story.header("content-type")), ("Once upon a time", None));
    client.get("/image").await.assert_header("content-type", "image/png");
    client.get("/video").await.assert_header("content-type", "video/mp4");
    let response = |path: &str| client.openapi()["paths"][path]["get"]["responses"]["200"].clone();
    assert_eq!(response("/story"), json!({ "description": "Successful Response" }));
    assert_eq!(response("/image")["content"], json!({ "image/png": { "schema": { "type": "string" } } }));
    assert_eq!(response("/legacy")["content"], json!({ "application/xml": { "schema": { "type": "string" } } }));
    assert_eq!(response("/geo")["content"]["application/geo+json"]["schema"]["type"], "array");
}

#[fastrail::test]
async fn a_stream_that_fails_breaks_the_answer_off() {
    let gate = Gate::default();
    let server = Server::start(app().state(gate.clone())).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /breaks HTTP/1.1").await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"half\r\n") {
        answer.push(stream.read_u8().await.expect("the first half comes"));
    }
    gate.0.notify_one();
    stream.read_to_end(&mut answer).await.expect("the server closes");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("half") && !answer.ends_with("0\r\n\r\n"), "no end of chunks: {answer}");
    server.stop().await;
}

#[fastrail::test]
async fn other_media_types_and_renderings_are_named() {
    let client = TestClient::new(app().state(Gate::default())).await;
    client.get("/legacy").await.assert_header("content-type", "application/xml; charset=utf-8");
    client.get("/geo").await.assert_header("content-type", "application/geo+json").assert_json(json!([8.5, 47.4]));
    client.get("/bytes").await.assert_header("content-type", "application/octet-stream");
    assert_eq!(client.get("/pretty").await.text(), "{\n  \"message\": \"Hello World\"\n}");
}

#[fastrail::test]
async fn csv_is_quoted_and_runs_nothing_in_a_spreadsheet() {
    let client = TestClient::new(app().state(Gate::default())).await;
    let rows = client.get("/rows").await;
    assert_eq!(rows.text(), "name,price\r\n\"Fork, \"\"big\"\"\",-3\r\n'=cmd(),4\r\n'-x,5\r\nLöffel,6\r\n");
    rows.assert_header("content-type", "text/csv; charset=utf-8");
    rows.assert_header("content-disposition", "attachment; filename=\"f_r.csv\"; filename*=UTF-8''f%C3%BCr.csv");
    assert_eq!(client.get("/verbatim").await.text(), "name,price\r\n=1,1\r\n");
    assert_eq!(client.get("/no-rows").await.assert_status(200).text(), "");
    assert_eq!(client.get("/no-rows-but-names").await.text(), "name,'=price\r\n");
    assert_eq!(client.get("/many-rows").await.text().lines().count(), 1_001);
}

/// Where the file is
#[derive(Clone)]
struct Folder(Arc<std::path::PathBuf>);

#[get("/file/{name}")]
async fn file(name: String, folder: State<Folder>) -> FileResponse {
    FileResponse::new(folder.0.0.join(name)).attachment("Bericht für März.pdf")
}

#[get("/inline")]
async fn inline(folder: State<Folder>) -> (StatusCode, [(http::HeaderName, &'static str); 1], FileResponse) {
    let file = FileResponse::new(folder.0.0.join("a.bin")).media_type("image/png").inline("a.png");
    (StatusCode::ACCEPTED, [(http::header::CACHE_CONTROL, "private")], file)
}

#[fastrail::test]
async fn a_file_is_an_answer_with_ranges_and_a_name() {
    let folder = tempfile::tempdir().expect("a directory");
    let content: Vec<u8> = (0..300_000_u32).map(|byte| byte as u8).collect();
    std::fs::write(folder.path().join("a.bin"), &content).expect("a file");
    std::fs::write(folder.path().join("empty.pdf"), "").expect("a file");
    let state = Folder(Arc::new(folder.path().to_path_buf()));
    let client = TestClient::new(App::new("T", "1").state(state).include(routes![file, inline])).await;
    let whole = client.get("/file/a.bin").await;
    whole.assert_status(200).assert_header("content-length", "300000");
    assert_eq!(whole.bytes().as_ref(), content);
    let disposition =
        "attachment; filename=\"Bericht f_r M_rz.pdf\"; filename*=UTF-8''Bericht%20f%C3%BCr%20M%C3%A4rz.pdf";
    whole.assert_header("content-disposition", disposition);
    let etag = whole.header("etag").expect("one");
    client.get("/file/a.bin").header("if-none-match", etag).await.assert_status(304);
    let part = client.get("/file/a.bin").header("range", "bytes=100000-200000").header("if-range", etag).await;
    part.assert_status(206).assert_header("content-range", "bytes 100000-200000/300000");
    assert_eq!(part.bytes().as_ref(), &content[100_000..=200_000]);
    client.get("/file/a.bin").header("range", "bytes=300000-").await.assert_status(416);
    client.get("/file/nothing").await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    client.get("/file/empty.pdf").await.assert_status(200).assert_header("content-type", "application/pdf");
    let inline = client.get("/inline").await;
    inline.assert_status(202).assert_header("content-type", "image/png").assert_header("cache-control", "private");
    inline.assert_header("content-disposition", "inline; filename=\"a.png\"");
    let head = client.request(http::Method::HEAD, "/file/a.bin").await;
    assert!(head.assert_header("content-length", "300000").bytes().is_empty());
}

#[post("/count")]
async fn count(body: BodyStream) -> Result<usize> {
    body.try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) }).await
}

#[post("/more")]
async fn more(body: BodyStream) -> Result<usize> {
    body.limit(100).map_ok(|piece| piece.len()).try_fold(0, |sum, len| async move { Ok(sum + len) }).await
}

#[fastrail::test]
async fn a_body_is_read_as_it_comes_under_its_limit() {
    let app = App::new("T", "1").limits(Limits { max_body_bytes: 10, ..Limits::default() });
    let client = TestClient::new(app.include(routes![count, more])).await;
    let pieces = |count: usize| {
        let pieces = std::iter::repeat_n("12345", count).map(Ok::<_, std::io::Error>);
        Body::from_stream(stream::iter(pieces))
    };
    client.post("/count").stream(pieces(2)).await.assert_json(10);
    client.post("/count").stream(pieces(3)).await.assert_status(413);
    client.post("/more").stream(pieces(20)).await.assert_json(100);
    client.post("/more").stream(pieces(21)).await.assert_status(413);
    client.post("/count").body("text/plain", "x".repeat(10)).await.assert_json(10);
    client.post("/count").await.assert_json(0);
    client.post("/count").body("a/b", "x").header("content-encoding", "br").await.assert_status(415);
    client.post("/count").header("content-length", "11").stream(pieces(1)).await.assert_status(413);
    let broken = Body::from_stream(stream::iter([Ok("1"), Err(std::io::Error::other("gone"))]));
    client.post("/count").stream(broken).await.assert_status(400);
    let documented = &client.openapi()["paths"]["/count"]["post"]["requestBody"]["content"];
    assert_eq!(documented["application/octet-stream"]["schema"]["type"], "string");
}

/// How many streams are alive
#[derive(Clone, Default)]
struct Alive(Arc<AtomicUsize>);

struct Guard(Alive);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[get("/endless")]
async fn endless(alive: State<Alive>) -> StreamingResponse {
    alive.0.0.fetch_add(1, Ordering::SeqCst);
    let guard = Guard(alive.0);
    StreamingResponse::new(stream::iter(std::iter::repeat("more and more ")).map(move |piece| {
        let _ = &guard;
        piece
    }))
}

#[fastrail::test]
async fn an_endless_stream_ends_when_its_client_leaves() {
    let alive = Alive::default();
    let server = Server::start(App::new("T", "1").state(alive.clone()).include(routes![endless])).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /endless HTTP/1.1").await;
    let mut some = [0; 1000];
    stream.read_exact(&mut some).await.expect("it streams");
    assert_eq!(alive.0.load(Ordering::SeqCst), 1);
    drop(stream);
    while alive.0.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
    server.stop().await;
}

#[dependency]
async fn visit(response: ResponseParts) -> Visit {
    response.set_cookie(SetCookie::new("seen", "1"));
    response.insert_header(http::HeaderName::from_static("x-visit"), http::HeaderValue::from_static("first"));
    Visit
}

#[derive(Clone)]
struct Visit;

#[put("/tasks/{task_id}")]
async fn get_or_create(task_id: String, response: ResponseParts, _visit: Visit) -> Result<String> {
    if task_id == "refused" {
        return Err(Error::new(400, "no"));
    }
    if task_id != "foo" {
        response.set_status(StatusCode::CREATED);
    }
    Ok(task_id)
}

#[fastrail::test]
async fn status_headers_and_cookies_are_set_from_dependencies_too() {
    let client = TestClient::new(App::new("T", "1").include(routes![get_or_create])).await;
    let there = client.put("/tasks/foo").await;
    there.assert_status(200).assert_header("x-visit", "first").assert_json("foo");
    assert!(there.header("set-cookie").is_some_and(|cookie| cookie.starts_with("seen=1")), "{there:?}");
    client.put("/tasks/bar").await.assert_status(201);
    let refused = client.put("/tasks/refused").await;
    assert_eq!((refused.assert_status(400).header("set-cookie"), refused.header("x-visit")), (None, None));
}

#[post("/login")]
async fn login(keys: State<CookieKeys>) -> (SetCookie, ()) {
    (keys.sign(SetCookie::host("session", "u-1")), ())
}

#[get("/me")]
async fn me(#[cookie(alias = "__Host-session")] session: String, keys: State<CookieKeys>) -> Result<String> {
    let user = keys.verify("__Host-session", &session).ok_or_else(|| Error::new(401, "Log in first"))?;
    Ok(user.to_owned())
}

#[get("/cookie/{kind}")]
async fn cookie(kind: String) -> (SetCookie, ()) {
    let cookie = match kind.as_str() {
        "host" => SetCookie::host("a", "b"),
        "plain" => SetCookie::host("a", "b").over_plain_http(),
        "path" => SetCookie::host("a", "b").path("/x"),
        "domain" => SetCookie::host("a", "b").domain("example.com"),
        "none" => SetCookie::new("a", "b").same_site(fastrail::response::SameSite::None).over_plain_http(),
        "inject" => SetCookie::new("a", "b").path("/; Domain=evil.example"),
        _ => SetCookie::new("a", "b").domain("example.com"),
    };
    (cookie, ())
}

#[fastrail::test]
async fn a_signed_cookie_is_believed_only_as_it_was_set() {
    let keys = |new: u8, old: u8| CookieKeys::new([new; 32]).and_then(|keys| keys.or([old; 32])).expect("keys");
    let app = |keys: CookieKeys| App::new("T", "1").state(keys).include(routes![login, me]);
    let client = TestClient::new(app(keys(1, 2))).await;
    let login = client.post("/login").await;
    let set = login.header("set-cookie").expect("a cookie").to_owned();
    let cookie = set.split(';').next().expect("a pair").to_owned();
    assert!(cookie.starts_with("__Host-session=u-1."), "{cookie}");
    for part in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    client.get("/me").await.assert_json("u-1");
    // A new key signs, the old one still verifies; without it the login is over.
    let rotated = TestClient::new(app(keys(3, 1))).await;
    rotated.get("/me").header("cookie", &cookie).await.assert_status(200);
    let replaced = TestClient::new(app(keys(3, 4))).await.unchecked();
    replaced.get("/me").header("cookie", &cookie).await.assert_status(401);
    for forged in [cookie.replace("u-1", "u-2"), "__Host-session=u-1".to_owned(), "__Host-session=u-1.".to_owned()] {
        rotated.unchecked().get("/me").header("cookie", &forged).await.assert_status(401);
    }
    assert!(CookieKeys::new([0; 31]).is_err());
}

#[fastrail::test]
async fn a_cookie_that_browsers_would_drop_is_refused() {
    let client = TestClient::new(App::new("T", "1").include(routes![cookie])).await;
    let host = client.get("/cookie/host").await;
    assert!(host.assert_status(204).header("set-cookie").is_some_and(|cookie| cookie.starts_with("__Host-a=b;")));
    let domain = client.get("/cookie/other").await;
    assert!(domain.header("set-cookie").is_some_and(|cookie| cookie.contains("Domain=example.com")));
    for wrong in ["plain", "path", "domain", "none", "inject"] {
        client.get(&format!("/cookie/{wrong}")).await.assert_status(500);
    }
}

#[get("/items/{item_id}/{*rest}")]
async fn nested(item_id: u8, rest: String) -> String {
    format!("{item_id} {rest}")
}

#[get("/url")]
async fn url(#[query] item_id: String, #[query] rest: String, urls: Urls) -> Result<String> {
    urls.path("nested", [("item_id", item_id), ("rest", rest)])
}

#[fastrail::test]
async fn an_operations_name_leads_back_to_its_path() {
    let router = Router::new("/api").include(routes![nested]);
    let client = TestClient::new(App::new("T", "1").include(router).include(routes![url])).await;
    client.get("/url?item_id=7&rest=a/b%20c").await.assert_json("/api/items/7/a/b%20c");
    client.get("/url?item_id=7%2F8&rest=x").await.assert_json("/api/items/7%2F8/x");
    for (item_id, rest) in [("..", "x"), ("", "x"), ("7", "a/../b"), (".", "x")] {
        client.get(&format!("/url?item_id={item_id}&rest={rest}")).await.assert_status(500);
    }
    let path: Value = client.get("/url?item_id=7&rest=x").await.json();
    client.get(path.as_str().expect("text")).await.assert_json("7 x");
}
