//! Forms with files: what arguments get, what is refused, what the document says, and that nothing stays behind.

use fastrail::prelude::*;
use fastrail::testing::Multipart;
use fastrail::{Body, Limits};
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Server;

#[post("/bytes")]
async fn as_bytes(file: FileBytes) -> usize {
    file.len()
}

/// What is told of a file
#[derive(Serialize, Deserialize, Schema)]
struct Told {
    name: Option<String>,
    content_type: Option<String>,
    size: u64,
    on_disk: bool,
    text: String,
}

async fn tell(mut file: UploadFile) -> Result<Told> {
    let mut text = Vec::new();
    loop {
        let piece = file.read(3).await?;
        if piece.is_empty() {
            break;
        }
        text.extend_from_slice(&piece);
    }
    assert_eq!(file.bytes().await?, text);
    Ok(Told {
        name: file.file_name().map(str::to_owned),
        content_type: file.content_type().map(str::to_owned),
        size: file.size(),
        on_disk: file.is_on_disk(),
        text: String::from_utf8_lossy(&text).into_owned(),
    })
}

#[post("/upload")]
async fn upload(file: UploadFile) -> Result<Told> {
    tell(file).await
}

#[post("/optional")]
async fn optional(file: Option<UploadFile>) -> Option<u64> {
    file.map(|file| file.size())
}

#[post("/list")]
async fn list(#[file(min_items = 1, max_items = 3)] files: Vec<UploadFile>) -> Vec<String> {
    files.iter().map(|file| file.file_name().unwrap_or_default().to_owned()).collect()
}

#[post("/mixed")]
async fn mixed(
    #[file] file: FileBytes,
    #[file(description = "The second")] fileb: UploadFile,
    #[form(min_length = 2)] token: String,
    #[form] tags: Option<Vec<u8>>,
) -> Value {
    json!({ "file_size": file.len(), "token": token, "tags": tags, "fileb_content_type": fileb.content_type() })
}

#[post("/strict")]
async fn strict(#[file(max_bytes = 10, content_types("image/*"))] picture: UploadFile) -> u64 {
    picture.size()
}

/// A profile
#[derive(Deserialize, Schema)]
struct Profile {
    #[schema(min_length = 2)]
    name: String,
    avatar: UploadFile,
    #[serde(default)]
    papers: Vec<UploadFile>,
    note: Option<FileBytes>,
}

#[post("/profile")]
async fn profile(#[form] profile: Profile) -> Result<Value> {
    let papers: Vec<_> = profile.papers.iter().map(|file| file.file_name().map(str::to_owned)).collect();
    let avatar = profile.avatar.bytes().await?;
    Ok(json!({
        "name": profile.name, "avatar": avatar.len(), "papers": papers, "note": profile.note.map(|note| note.to_vec())
    }))
}

#[post("/text")]
async fn text(#[form] name: String) -> String {
    name
}

/// A dependency and its operation may take the same file
#[derive(Clone)]
struct Sizes(u64);

#[dependency]
async fn sizes(file: UploadFile) -> Sizes {
    Sizes(file.size())
}

#[post("/twice")]
async fn twice(sizes: Sizes, file: UploadFile) -> (StatusCode, String) {
    let same = sizes.0 == file.size();
    (StatusCode::OK, format!("{same}"))
}

#[post("/panics")]
async fn panics(file: UploadFile) -> u64 {
    assert!(!file.is_on_disk(), "a large file");
    file.size()
}

#[post("/keep/{*path}")]
async fn keep(path: String, file: UploadFile) -> Result<u64> {
    let path = format!("/{path}");
    let pieces: Vec<_> = file.clone().stream().try_collect().await?;
    assert_eq!(pieces.iter().map(|piece| piece.len() as u64).sum::<u64>(), file.size());
    file.save_to(path).await
}

#[post("/safe")]
async fn safe(file: UploadFile) -> Option<String> {
    file.safe_file_name()
}

fn app() -> App {
    let limits =
        Limits { spool_bytes: 16, max_file_bytes: 400_000, max_field_bytes: 64, max_parts: 5, ..Limits::default() };
    App::new("Files", "1")
        .limits(limits)
        .include(routes![as_bytes, upload, optional, list, mixed, strict, profile, text, twice, panics, keep, safe])
}

fn missing(names: &[&str]) -> Value {
    let error =
        |name: &&str| json!({ "type": "missing", "loc": ["body", name], "msg": "Field required", "input": null });
    json!({ "detail": names.iter().map(error).collect::<Vec<_>>() })
}

fn one() -> Multipart {
    Multipart::new().file("file", "a.txt", "text/plain", "<file content>")
}

#[fastrail::test]
async fn a_file_is_read_with_its_name_type_and_size() {
    let client = TestClient::new(app()).await;
    client.post("/bytes").multipart(one()).await.assert_status(200).assert_json(14);
    let small = client.post("/upload").multipart(one()).await;
    small.assert_json(json!({
        "name": "a.txt", "content_type": "text/plain", "size": 14, "on_disk": false, "text": "<file content>"
    }));
    let large = Multipart::new().file("file", "b.txt", "text/plain", "twenty bytes of text");
    let large = client.post("/upload").multipart(large).await;
    large.assert_json(json!({
        "name": "b.txt", "content_type": "text/plain", "size": 20, "on_disk": true, "text": "twenty bytes of text"
    }));
    let binary =
        Multipart::new().file("file", "c", "application/octet-stream", [0, 13, 10, 45, 45, 255].repeat(50_000));
    client.post("/bytes").multipart(binary).await.assert_json(300_000);
    client.post("/twice").multipart(one()).await.assert_json("true");
}

#[fastrail::test]
async fn an_optional_file_may_be_absent_or_left_empty_in_the_form() {
    let client = TestClient::new(app()).await;
    client.post("/optional").await.assert_status(200).assert_json(Value::Null);
    let unfilled = Multipart::new().file("file", "", "application/octet-stream", "");
    client.post("/optional").multipart(unfilled.clone()).await.assert_json(Value::Null);
    client.post("/upload").multipart(unfilled).await.assert_status(422).assert_json(missing(&["file"]));
    let empty = Multipart::new().file("file", "empty.txt", "text/plain", "");
    client.post("/optional").multipart(empty).await.assert_json(0);
}

#[fastrail::test]
async fn lists_keep_the_order_and_their_bounds() {
    let client = TestClient::new(app()).await;
    let files =
        |names: &[&str]| names.iter().fold(Multipart::new(), |form, name| form.file("files", name, "text/plain", "x"));
    client.post("/list").multipart(files(&["b", "a", "c"])).await.assert_json(json!(["b", "a", "c"]));
    client.post("/list").multipart(files(&["a"])).await.assert_json(json!(["a"]));
    client.post("/list").multipart(files(&[])).await.assert_status(422).assert_json(missing(&["files"]));
    let many = client.post("/list").multipart(files(&["a", "b", "c", "d"])).await;
    assert_eq!(many.assert_status(422).at("/detail/0/type"), "too_long");
    assert!(!many.text().contains("file 0"), "no handle is shown: {many:?}");
}

#[fastrail::test]
async fn files_and_fields_stand_side_by_side_and_all_errors_in_one_answer() {
    let client = TestClient::new(app()).await;
    client.post("/mixed").await.assert_status(422).assert_json(missing(&["file", "fileb", "token"]));
    let json = client.post("/mixed").json(json!({ "file": "x", "token": "y" })).await;
    json.assert_status(422).assert_json(missing(&["file", "fileb", "token"]));
    let form = client.post("/mixed").form([("token", "foo")]).await;
    form.assert_status(422).assert_json(missing(&["file", "fileb"]));
    let whole = one().file("fileb", "b.png", "image/png", "b").text("token", "foo").text("tags", "1").text("tags", "2");
    client.post("/mixed").multipart(whole).await.assert_status(200).assert_json(json!({
        "file_size": 14, "token": "foo", "tags": [1, 2], "fileb_content_type": "image/png"
    }));
    let wrong = one().text("fileb", "no file").text("token", "f");
    let wrong = client.post("/mixed").multipart(wrong).await;
    wrong.assert_status(422);
    assert_eq!(wrong.at("/detail/0/loc"), json!(["body", "fileb"]));
    assert_eq!(wrong.at("/detail/0/msg"), "Value error, Expected UploadFile, received: <class 'str'>");
    assert_eq!(wrong.at("/detail/1/type"), "string_too_short");
}

#[fastrail::test]
async fn a_file_for_a_text_field_is_no_text() {
    let client = TestClient::new(app()).await;
    client.post("/text").multipart(Multipart::new().text("name", "n")).await.assert_json("n");
    client.post("/text").form([("name", "n")]).await.assert_json("n");
    let file = Multipart::new().file("name", "n.txt", "text/plain", "n");
    let file = client.post("/text").multipart(file).await;
    assert_eq!(file.assert_status(422).at("/detail/0/type"), "string_type");
    let binary = Multipart::new().file("other", "x", "text/plain", [255]).text("name", "n");
    client.post("/text").multipart(binary).await.assert_json("n");
}

#[fastrail::test]
async fn a_model_may_hold_files() {
    let client = TestClient::new(app()).await;
    let form = Multipart::new()
        .text("name", "Ann")
        .file("avatar", "a.png", "image/png", "pixels that are more than sixteen bytes")
        .file("papers", "1.pdf", "application/pdf", "1")
        .file("papers", "2.pdf", "application/pdf", "2")
        .file("note", "n.txt", "text/plain", [1, 2]);
    client.post("/profile").multipart(form).await.assert_status(200).assert_json(json!({
        "name": "Ann", "avatar": 39, "papers": ["1.pdf", "2.pdf"], "note": [1, 2]
    }));
    let wrong = Multipart::new().text("name", "A").text("avatar", "text").file("papers", "1.pdf", "a/b", "1");
    let wrong = client.post("/profile").multipart(wrong).await;
    wrong.assert_status(422);
    let types: Vec<Value> = (0..2).map(|index| wrong.at(&format!("/detail/{index}/loc/1"))).collect();
    assert_eq!(types, ["name", "avatar"]);
    let absent = client.post("/profile").multipart(Multipart::new().file("papers", "1.pdf", "a/b", "1")).await;
    absent.assert_status(422).assert_json(missing(&["name", "avatar"]));
}

#[fastrail::test]
async fn limits_hold_and_say_what_they_are() {
    let client = TestClient::new(app()).await.unchecked();
    let picture = |content: &str, media_type: &str| Multipart::new().file("picture", "p", media_type, content);
    client.post("/strict").multipart(picture("1234567890", "image/png")).await.assert_status(200).assert_json(10);
    let large = client.post("/strict").multipart(picture("12345678901", "image/png")).await;
    large.assert_status(413).assert_json(json!({ "detail": "The file `picture` may have at most 10 bytes" }));
    let html = client.post("/strict").multipart(picture("<p>", "text/html")).await;
    assert_eq!(html.assert_status(422).at("/detail/0/msg"), "The file should be one of these types: image/*");
    let parts = (0..6).fold(Multipart::new(), |form, _| form.text("x", "1"));
    client.post("/text").multipart(parts).await.assert_status(413);
    client.post("/text").multipart(Multipart::new().text("name", &"x".repeat(65))).await.assert_status(413);
    client.post("/text").multipart(Multipart::new().text("other", &"x".repeat(65))).await.assert_status(413);
    let file = Multipart::new().file("file", "f", "a/b", vec![0; 400_001]);
    client.post("/upload").multipart(file).await.assert_status(413);
    let app = App::new("T", "1").limits(Limits { max_body_bytes: 100, ..Limits::default() });
    let client = TestClient::new(app.include(routes![as_bytes, upload])).await;
    let file = || Multipart::new().file("file", "f", "a/b", vec![0; 101]);
    client.post("/bytes").multipart(file()).await.assert_status(413);
    client.post("/upload").multipart(file()).await.assert_status(200);
    let app = App::new("T", "1").limits(Limits { max_upload_bytes: 300, ..Limits::default() });
    let client = TestClient::new(app.include(routes![upload, strict])).await;
    client.post("/upload").multipart(Multipart::new().file("file", "f", "a/b", vec![0; 301])).await.assert_status(413);
    let head = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    let pieces = std::iter::once(head).chain(std::iter::repeat_n("content", 1000)).map(Ok::<_, std::io::Error>);
    let streamed = futures_util::stream::iter(pieces);
    let request = client.post("/upload").header("content-type", "multipart/form-data; boundary=X");
    request.stream(Body::from_stream(streamed)).await.assert_status(413);
}

#[fastrail::test]
async fn a_malformed_form_is_400() {
    let client = TestClient::new(app()).await;
    let good = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nbody\r\n--X--\r\n";
    let send = |media_type: &str, body: &str| client.post("/upload").body(media_type, body.to_owned());
    send("multipart/form-data; boundary=X", good).await.assert_status(200);
    send("multipart/form-data", good).await.assert_status(400);
    send("multipart/form-data; boundary=Y", good).await.assert_status(400);
    for end in [good.len() - 9, 60, 20, 3] {
        let cut = send("multipart/form-data; boundary=X", &good[..end]).await;
        cut.assert_status(400).assert_json(json!({ "detail": "There was an error parsing the body" }));
    }
    let nameless = "--X\r\nContent-Disposition: form-data; filename=\"f\"\r\n\r\nbody\r\n--X--\r\n";
    send("multipart/form-data; boundary=X", nameless).await.assert_status(400);
    let endless = format!("--X\r\nContent-Disposition: form-data; name=\"{}", "x".repeat(3 * 1024 * 1024));
    let pieces: Vec<_> = endless.as_bytes().chunks(4096).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
    let request = client.post("/upload").header("content-type", "multipart/form-data; boundary=X");
    request.stream(Body::from_stream(futures_util::stream::iter(pieces))).await.assert_status(400);
    let broken = futures_util::stream::iter([Ok("--X\r\nContent-"), Err(std::io::Error::other("gone"))]);
    let request = client.post("/upload").header("content-type", "multipart/form-data; boundary=X");
    request.stream(Body::from_stream(broken)).await.assert_status(400);
    let zipped = client.post("/upload").multipart(one()).header("content-encoding", "gzip").await;
    zipped.assert_status(415);
}

#[fastrail::test]
async fn the_document_is_fastapis() {
    let client = TestClient::new(app()).await;
    let body = |path: &str| client.openapi()["paths"][path]["post"]["requestBody"].clone();
    assert_eq!(
        body("/bytes"),
        json!({
            "content": { "multipart/form-data": { "schema": { "$ref": "#/components/schemas/Body_as_bytes" } } },
            "required": true
        })
    );
    assert_eq!(body("/optional").get("required"), None);
    let schema = |name: &str| client.openapi()["components"]["schemas"][name].clone();
    let file = json!({ "type": "string", "contentMediaType": "application/octet-stream", "title": "File" });
    assert_eq!(
        schema("Body_as_bytes"),
        json!({ "type": "object", "title": "Body_as_bytes", "properties": { "file": file }, "required": ["file"] })
    );
    let anything = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
    assert_eq!(schema("Body_optional")["properties"]["file"]["anyOf"], json!([anything, { "type": "null" }]));
    let files = schema("Body_list")["properties"]["files"].clone();
    assert_eq!((&files["type"], &files["items"], &files["maxItems"]), (&json!("array"), &anything, &json!(3)));
    assert_eq!(schema("Body_mixed")["required"], json!(["file", "fileb", "token"]));
    assert_eq!(schema("Body_mixed")["properties"]["fileb"]["description"], "The second");
    assert_eq!(schema("Body_strict")["properties"]["picture"]["contentMediaType"], "image/*");
    let media_types =
        |path: &str| -> Vec<String> { body(path)["content"].as_object().expect("content").keys().cloned().collect() };
    assert_eq!(media_types("/profile"), ["multipart/form-data"]);
    assert_eq!(media_types("/text"), ["application/x-www-form-urlencoded"]);
    assert_eq!(schema("Profile")["properties"]["avatar"]["contentMediaType"], "application/octet-stream");
}

#[fastrail::test]
async fn a_file_is_saved_where_nothing_is_yet() {
    let client = TestClient::new(app()).await;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kept.bin");
    let content = vec![7; 300_000];
    let form = || Multipart::new().file("file", "f", "a/b", &content);
    let url = format!("/keep{}", path.display());
    client.post(&url).multipart(form()).await.assert_status(200).assert_json(300_000);
    assert_eq!(std::fs::read(&path).expect("it is there"), content);
    client.post(&url).multipart(Multipart::new().file("file", "f", "a/b", "other")).await.assert_status(500);
    assert_eq!(std::fs::read(&path).expect("it is still there"), content);
}

#[fastrail::test]
async fn a_safe_name_stays_in_its_directory() {
    let client = TestClient::new(app()).await;
    for (sent, safe) in [
        ("cat.png", Some("cat.png")),
        ("../../etc/passwd", Some("passwd")),
        ("C:\\\\temp\\\\x.txt", Some("x.txt")),
        ("..", None),
        (".htaccess", Some("htaccess")),
        ("a b;c.txt", Some("a_b_c.txt")),
        ("über.txt", Some("über.txt")),
    ] {
        let form = Multipart::new().file("file", sent, "a/b", "x");
        client.post("/safe").multipart(form).await.assert_json(safe);
    }
}

/// The temporary files that this process holds open; they have no name, so no directory lists them
#[cfg(target_os = "linux")]
fn open_temporary_files() -> usize {
    let handles = std::fs::read_dir("/proc/self/fd").expect("Linux").flatten();
    let deleted = |entry: std::fs::DirEntry| {
        let target = std::fs::read_link(entry.path()).unwrap_or_default();
        target.to_string_lossy().contains("(deleted)")
    };
    handles.map(deleted).filter(|deleted| *deleted).count()
}

#[cfg(target_os = "linux")]
#[test]
fn temporary_files_are_gone_on_every_path() {
    // A process of its own: nextest runs each test in one, so that only this test's files are counted.
    fastrail::testing::block_on(async {
        let before = open_temporary_files();
        let client = TestClient::new(app()).await;
        let large = || Multipart::new().file("file", "f", "a/b", vec![1; 300_000]);
        client.post("/upload").multipart(large()).await.assert_status(200);
        client.post("/panics").multipart(large()).await.assert_status(500);
        let invalid = large().file("fileb", "b", "a/b", vec![1; 300_000]).text("token", "x");
        client.post("/mixed").multipart(invalid).await.assert_status(422);
        client
            .post("/upload")
            .multipart(Multipart::new().file("file", "f", "a/b", vec![1; 400_001]))
            .await
            .assert_status(413);
        let server = Server::start(app()).await;
        let mut stream = server.connect().await;
        let head = "POST /upload HTTP/1.1\r\nhost: t\r\ncontent-length: 100000\r\n\
                    content-type: multipart/form-data; boundary=X\r\n\r\n\
                    --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await.expect("it reads");
        tokio::io::AsyncWriteExt::write_all(&mut stream, &[b'x'; 50_000]).await.expect("it reads");
        while open_temporary_files() == before {
            tokio::task::yield_now().await; // until the file is there
        }
        drop(stream);
        server.stop().await;
        assert_eq!(open_temporary_files(), before);
    });
}
