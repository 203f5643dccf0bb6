//! Files of a directory and front-ends: what is served, how it is revalidated, and that nothing else is.

use std::path::Path;

use fastrail::prelude::*;
use fastrail::{Frontend, StaticFiles};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Server, problems};

fn write(path: impl AsRef<Path>, content: &str) {
    let path = path.as_ref();
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, content).expect("a file");
}

/// `public/` with files, and a secret beside it
fn directory() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    write(root.join("secret.txt"), "SECRET");
    write(root.join("public-other/secret.txt"), "SECRET");
    write(root.join("public/app.css"), "body { color: green; }");
    write(root.join("public/app.js"), "let x = 1;");
    write(root.join("public/app.js.br"), "brotli");
    write(root.join("public/app.js.gz"), "gzip");
    write(root.join("public/data.bin"), "0123456789");
    write(root.join("public/sub dir/ü.txt"), "text");
    write(root.join("public/.env"), "SECRET");
    write(root.join("public/.git/config"), "SECRET");
    write(root.join("public/.well-known/security.txt"), "Contact");
    write(root.join("public/pages/index.html"), "<h1>Pages</h1>");
    directory
}

fn app(directory: &TempDir) -> App {
    App::new("T", "1").static_files("/static", directory.path().join("public"))
}

#[fastrail::test]
async fn a_file_has_its_type_and_validators() {
    let directory = directory();
    let client = TestClient::new(app(&directory)).await;
    let css = client.get("/static/app.css").await;
    css.assert_status(200)
        .assert_header("content-type", "text/css; charset=utf-8")
        .assert_header("content-length", "22");
    css.assert_header("accept-ranges", "bytes").assert_header("cache-control", "no-cache");
    assert_eq!(css.text(), "body { color: green; }");
    let etag = css.header("etag").expect("an ETag");
    assert!(etag.starts_with('"') && etag.len() > 4, "{etag}");
    assert!(css.header("last-modified").is_some_and(|date| date.ends_with(" GMT")), "{css:?}");
    client.get("/static/data.bin").await.assert_header("content-type", "application/octet-stream");
    client.get("/static/sub%20dir/%C3%BC.txt").await.assert_status(200);
    client.get("/static/.well-known/security.txt").await.assert_status(200);
    let head = client.request(http::Method::HEAD, "/static/app.css").await;
    head.assert_status(200).assert_header("content-length", "22");
    assert!(head.bytes().is_empty());
}

#[fastrail::test]
async fn what_is_not_there_or_hidden_is_404_in_the_apps_shape() {
    let directory = directory();
    let client = TestClient::new(app(&directory)).await;
    for path in
        ["nothing", "app.css/", "app.css/x", "pages", "pages/", "", ".env", ".git/config", "sub%20dir/.", "a%00b"]
    {
        let response = client.get(&format!("/static/{path}")).await;
        response.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    }
    client.get(&format!("/static/{}", "x".repeat(5000))).await.assert_status(404);
    client.get(&format!("/static/{}", "x/".repeat(5000))).await.assert_status(404);
    let post = client.post("/static/app.css").await;
    post.assert_status(405).assert_header("allow", "GET, HEAD").assert_json(json!({ "detail": "Method Not Allowed" }));
}

#[fastrail::test]
async fn a_client_that_has_it_gets_304() {
    let directory = directory();
    let client = TestClient::new(app(&directory)).await;
    let url = "/static/data.bin";
    let first = client.get(url).await;
    let (etag, date) = (first.header("etag").expect("one"), first.header("last-modified").expect("one"));
    let ask = |name: &'static str, value: &str| client.get(url).header(name, value);
    for value in [etag, "*", &format!("\"other\", {etag}"), &format!("W/{etag}")] {
        let response = ask("if-none-match", value).await;
        response.assert_status(304).assert_header("etag", etag);
        assert!(response.bytes().is_empty() && response.header("content-type").is_none(), "{response:?}");
    }
    ask("if-none-match", "\"other\"").await.assert_status(200);
    ask("if-modified-since", date).await.assert_status(304);
    ask("if-modified-since", "Mon, 01 Jan 2001 00:00:00 GMT").await.assert_status(200);
    ask("if-modified-since", "yesterday").await.assert_status(200);
    // If-None-Match goes before If-Modified-Since (RFC 9110 §13.2.2).
    client.get(url).header("if-none-match", "\"x\"").header("if-modified-since", date).await.assert_status(200);
    ask("if-match", etag).await.assert_status(200);
    ask("if-match", &format!("W/{etag}")).await.assert_status(412);
    ask("if-match", "\"other\"").await.assert_status(412);
    ask("if-unmodified-since", "Mon, 01 Jan 2001 00:00:00 GMT").await.assert_status(412);
    ask("if-unmodified-since", date).await.assert_status(200);
}

#[fastrail::test]
async fn a_part_is_206_and_what_is_beyond_is_416() {
    let directory = directory();
    let client = TestClient::new(app(&directory)).await;
    let ask = |range: &str| client.get("/static/data.bin").header("range", range);
    for (range, content, bytes) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=5-100", "56789", "bytes 5-9/10"),
    ] {
        let part = ask(range).await;
        part.assert_status(206).assert_header("content-range", bytes);
        part.assert_header("content-length", &content.len().to_string());
        assert_eq!(part.text(), content);
    }
    ask("bytes=10-").await.assert_status(416).assert_header("content-range", "bytes */10");
    for ignored in ["bytes=3-1", "lines=1-2", "bytes=0-1,3-4"] {
        assert_eq!(ask(ignored).await.assert_status(200).text(), "0123456789");
    }
    let head = client.request(http::Method::HEAD, "/static/data.bin").header("range", "bytes=0-3").await;
    head.assert_status(200).assert_header("content-length", "10");
}

#[fastrail::test]
async fn if_range_gives_the_whole_of_a_newer_version() {
    let directory = directory();
    let client = TestClient::new(app(&directory)).await;
    let path = directory.path().join("public/data.bin");
    let resting = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let file = std::fs::File::options().write(true).open(&path).expect("a file");
    file.set_modified(resting).expect("its time can be set");
    let first = client.get("/static/data.bin").await;
    let (etag, date) = (first.header("etag").expect("one"), first.header("last-modified").expect("one"));
    let resume =
        |if_range: &str| client.get("/static/data.bin").header("range", "bytes=5-").header("if-range", if_range);
    assert_eq!(resume(etag).await.assert_status(206).text(), "56789");
    assert_eq!(resume(date).await.assert_status(206).text(), "56789");
    resume(&format!("W/{etag}")).await.assert_status(200);
    resume("Mon, 01 Jan 2001 00:00:00 GMT").await.assert_status(200);
    write(&path, "abcdefghij");
    assert_eq!(resume(etag).await.assert_status(200).text(), "abcdefghij");
    let now = client.get("/static/data.bin").await;
    let just_now = now.header("last-modified").expect("one");
    resume(just_now).await.assert_status(200); // within the second a date tells no versions apart
}

#[fastrail::test]
async fn a_compressed_file_beside_it_is_sent_to_who_accepts_it() {
    let directory = directory();
    let files = StaticFiles::new(directory.path().join("public")).precompressed();
    let client = TestClient::new(App::new("T", "1").static_files("/", files)).await;
    let ask = |accept: &str| client.get("/app.js").header("accept-encoding", accept);
    let brotli = ask("gzip, br").await;
    brotli.assert_header("content-encoding", "br").assert_header("vary", "accept-encoding");
    assert_eq!(brotli.assert_header("content-type", "text/javascript; charset=utf-8").text(), "brotli");
    assert_eq!(ask("gzip, br;q=0").await.text(), "gzip");
    let plain = ask("identity").await;
    assert_eq!((plain.text(), plain.header("content-encoding")), ("let x = 1;", None));
    assert_eq!(
        client.get("/app.css").header("accept-encoding", "br").await.assert_status(200).header("content-encoding"),
        None
    );
}

/// Ways to write `..`, a separator, and what may stand around them
fn escapes() -> Vec<String> {
    let dots = [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%252e%252e",
        "..%00",
        "%c0%ae%c0%ae",
        "%e0%80%ae%e0%80%ae",
        "..;",
        "...",
        "%uff0e%uff0e",
        ". .",
    ];
    let separators = ["/", "%2f", "%2F", "\\", "%5c", "%255c", "%252f", "//", "/./", "%c0%af", "%ef%bc%8f", "/%2f"];
    let mut paths = Vec::new();
    for dot in dots {
        for separator in separators {
            paths.push(format!("/static/{dot}{separator}secret.txt"));
            paths.push(format!("/static{separator}{dot}{separator}secret.txt"));
            paths.push(format!("/static/pages/{dot}{separator}{dot}{separator}secret.txt"));
            paths.push(format!("/static/nothing/{dot}{separator}{dot}{separator}public-other{separator}secret.txt"));
        }
    }
    paths
}

#[fastrail::test]
async fn no_encoding_leads_out_of_the_directory() {
    let directory = directory();
    let secret = directory.path().join("secret.txt");
    let absolute = secret.display().to_string();
    let mut paths = escapes();
    paths.extend([format!("/static/{absolute}"), format!("/static/%2f{absolute}"), format!("/static{absolute}")]);
    paths.extend([
        format!("/static/file://{absolute}"),
        "/static/C:/secret.txt".to_owned(),
        "/static/~/secret.txt".to_owned(),
    ]);
    assert!(paths.len() >= 200, "{} paths", paths.len());
    let client = TestClient::new(app(&directory)).await;
    let server = Server::start(app(&directory)).await;
    for path in &paths {
        if path.parse::<http::Uri>().is_ok() {
            let response = client.get(path).await;
            assert!(matches!(response.status().as_u16(), 400 | 404), "{path}: {response:?}");
        }
        let raw = server.ask(&format!("GET {path} HTTP/1.1")).await;
        assert!(!raw.contains("SECRET") && !raw.starts_with("HTTP/1.1 5"), "{path}: {raw}");
    }
    assert!(server.ask("GET /static/app.css HTTP/1.1").await.contains("green"));
    server.stop().await;
}

#[cfg(unix)]
#[fastrail::test]
async fn a_link_is_followed_inside_only_and_a_pipe_is_no_file() {
    use std::os::unix::fs::symlink;
    let directory = directory();
    let public = directory.path().join("public");
    symlink(directory.path().join("secret.txt"), public.join("out.txt")).expect("a link");
    symlink(directory.path(), public.join("up")).expect("a link");
    symlink("app.css", public.join("in.css")).expect("a link");
    symlink("loop", public.join("loop")).expect("a link");
    let client = TestClient::new(app(&directory)).await;
    client.get("/static/out.txt").await.assert_status(404);
    client.get("/static/up/secret.txt").await.assert_status(404);
    client.get("/static/loop").await.assert_status(404);
    client.get("/static/in.css").await.assert_status(200);
    let status = std::process::Command::new("mkfifo").arg(public.join("pipe")).status().expect("mkfifo runs");
    assert!(status.success());
    client.get("/static/pipe").await.assert_status(404);
    let files = StaticFiles::new(&public).follow_links();
    let client = TestClient::new(App::new("T", "1").static_files("/static", files)).await;
    assert_eq!(client.get("/static/out.txt").await.assert_status(200).text(), "SECRET");
    // The directory itself may be one: what it leads to is the directory.
    let current = directory.path().join("current");
    symlink(&public, &current).expect("a link");
    let client = TestClient::new(App::new("T", "1").static_files("/static", &current)).await;
    client.get("/static/app.css").await.assert_status(200);
}

#[fastrail::test]
async fn a_directory_without_files_stops_the_start() {
    let problems = problems(App::new("T", "1").static_files("/static", "no/such/directory"));
    assert!(problems[0].starts_with("there is no directory `no/such/directory` to serve files from"), "{problems:?}");
    assert!(problems[0].contains("static_files.rs"), "{problems:?}");
}

#[get("/")]
async fn root() -> &'static str {
    "api"
}

#[get("/api/users")]
async fn users() -> Vec<String> {
    vec![]
}

#[get("/api/users/{id}")]
async fn user(id: u8) -> Result<u8> {
    Err(Error::new(404, format!("no user {id}")))
}

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

fn dist() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    write(directory.path().join("index.html"), "<div id=app>");
    write(directory.path().join("assets/app.js"), "run()");
    write(directory.path().join("about/index.html"), "about");
    directory
}

#[fastrail::test]
async fn a_front_end_gets_what_no_operation_answers() {
    let dist = dist();
    let client = TestClient::new(App::new("T", "1").include(routes![users, user]).frontend("/", dist.path())).await;
    assert_eq!(client.get("/").await.assert_header("content-type", "text/html; charset=utf-8").text(), "<div id=app>");
    assert_eq!(client.get("/assets/app.js").await.text(), "run()");
    client.get("/api/users").await.assert_json(json!([]));
    client.get("/openapi.json").await.assert_header("content-type", "application/json");
    for path in ["/dashboard", "/dashboard/deep/inside", "/api/unknown"] {
        assert_eq!(client.get(path).header("accept", HTML).await.assert_status(200).text(), "<div id=app>");
        client.get(path).header("accept", "*/*").await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
        client.get(path).await.assert_status(404);
        client.get(path).header("accept", "text/html;q=0").await.assert_status(404);
        client.post(path).header("accept", HTML).await.assert_status(404);
    }
    let missing = client.unchecked().get("/api/users/1").header("accept", HTML).await;
    missing.assert_status(404).assert_json(json!({ "detail": "no user 1" }));
    client.post("/api/users").header("accept", HTML).await.assert_status(405);
    client.post("/assets/app.js").await.assert_status(405);
    let head = client.request(http::Method::HEAD, "/dashboard").header("accept", HTML).await;
    assert!(head.assert_status(200).bytes().is_empty());
    client.get("/about").await.assert_status(307).assert_header("location", "./about/");
    assert_eq!(client.get("/about/").await.text(), "about");
    assert_eq!(client.openapi()["paths"].as_object().map(|paths| paths.len()), Some(2));
}

#[fastrail::test]
async fn an_operation_on_the_front_ends_own_path_wins() {
    let dist = dist();
    let client = TestClient::new(App::new("T", "1").include(routes![root]).frontend("/", dist.path())).await;
    client.get("/").header("accept", HTML).await.assert_json("api");
    assert_eq!(client.get("/index.html").await.text(), "<div id=app>");
}

#[fastrail::test]
async fn the_fallback_is_what_the_build_has_or_what_is_asked_for() {
    let dist = dist();
    write(dist.path().join("404.html"), "gone");
    let serve = |frontend: Frontend| async { TestClient::new(App::new("T", "1").frontend("/ui", frontend)).await };
    let auto = serve(Frontend::new(dist.path())).await;
    assert_eq!(auto.get("/ui/missing").header("accept", HTML).await.assert_status(404).text(), "gone");
    assert_eq!(auto.get("/ui/missing.js").header("range", "bytes=0-1").await.assert_status(404).text(), "gone");
    auto.get("/uix").header("accept", HTML).await.assert_status(404).assert_json(json!({ "detail": "Not Found" }));
    assert_eq!(auto.get("/ui").await.assert_status(200).text(), "<div id=app>");
    let index = serve(Frontend::new(dist.path()).index_fallback()).await;
    index.get("/ui/missing").header("accept", HTML).await.assert_status(200);
    let none = serve(Frontend::new(dist.path()).no_fallback().content_security_policy("default-src 'self'")).await;
    none.get("/ui/missing")
        .header("accept", HTML)
        .await
        .assert_status(404)
        .assert_json(json!({ "detail": "Not Found" }));
    none.get("/ui/").await.assert_header("content-security-policy", "default-src 'self'");
    let empty = tempfile::tempdir().expect("a directory");
    let refused = problems(App::new("T", "1").frontend("/", Frontend::new(empty.path()).index_fallback()));
    assert!(refused[0].starts_with("the front-end has no `"), "{refused:?}");
}
