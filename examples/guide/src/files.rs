//! Files in forms, and bodies that are streamed.

use fastrail::BodyStream;
use fastrail::prelude::*;
use futures_util::TryStreamExt;

// ANCHOR: upload
#[post("/files")]
async fn create_file(file: FileBytes) -> usize {
    file.len()
}

#[post("/uploadfile")]
async fn create_upload_file(file: UploadFile) -> Option<String> {
    file.file_name().map(str::to_owned)
}
// ANCHOR_END: upload

// ANCHOR: rules
#[post("/pictures")]
async fn add_pictures(
    /// At most five
    #[file(max_items = 5, max_bytes = 2_000_000, content_types("image/png", "image/jpeg"))]
    pictures: Vec<UploadFile>,
    #[form(min_length = 1)] album: String,
    note: Option<UploadFile>,
) -> String {
    format!("{} pictures for {album}, {}", pictures.len(), if note.is_some() { "a note" } else { "no note" })
}
// ANCHOR_END: rules

// ANCHOR: model
#[derive(Deserialize, Schema)]
pub struct Profile {
    #[schema(min_length = 2)]
    name: String,
    avatar: UploadFile,
}

#[post("/profile")]
async fn set_profile(#[form] profile: Profile) -> Result<String> {
    let avatar = profile.avatar.bytes().await?;
    Ok(format!("{}: {} bytes", profile.name, avatar.len()))
}
// ANCHOR_END: model

// ANCHOR: keep
/// Where uploads are kept
#[derive(Clone)]
pub struct Store(pub std::path::PathBuf);

#[post("/documents", status = 201)]
async fn keep_document(#[file(max_bytes = 10_000_000_000)] document: UploadFile, store: State<Store>) -> Result<Uuid> {
    let id = Uuid::now_v7(); // a name of our own, never the client's
    document.save_to(store.0.0.join(id.to_string())).await?;
    Ok(id)
}
// ANCHOR_END: keep

// ANCHOR: stream
#[post("/import")]
async fn import(body: BodyStream) -> Result<usize> {
    let mut body = body.limit(10_000_000_000);
    let mut lines = 0;
    while let Some(piece) = body.try_next().await? {
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    Ok(lines)
}
// ANCHOR_END: stream

pub fn app(store: Store) -> App {
    App::new("Files", "1.0.0").state(store).include(routes![
        create_file,
        create_upload_file,
        add_pictures,
        set_profile,
        keep_document,
        import
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrail::testing::Multipart;

    // ANCHOR: test
    #[fastrail::test]
    async fn a_file_is_counted() {
        let client = TestClient::new(app(Store(std::env::temp_dir()))).await;
        let form = Multipart::new().file("file", "a.txt", "text/plain", "hello");
        client.post("/files").multipart(form.clone()).await.assert_json(5);
        client.post("/uploadfile").multipart(form).await.assert_json("a.txt");
    }
    // ANCHOR_END: test

    #[fastrail::test]
    async fn rules_models_and_streams_hold() {
        let folder = tempfile::tempdir().expect("a directory");
        let client = TestClient::new(app(Store(folder.path().to_path_buf()))).await;
        let pictures = Multipart::new().file("pictures", "a.png", "image/png", "x").text("album", "May");
        client.post("/pictures").multipart(pictures).await.assert_json("1 pictures for May, no note");
        let page = Multipart::new().file("pictures", "a.html", "text/html", "x").text("album", "May");
        client.post("/pictures").multipart(page).await.assert_status(422);
        let profile = Multipart::new().text("name", "Ann").file("avatar", "a.png", "image/png", "pixels");
        client.post("/profile").multipart(profile).await.assert_json("Ann: 6 bytes");
        let document = Multipart::new().file("document", "../../x", "text/plain", "kept");
        let id: Uuid = client.post("/documents").multipart(document).await.json();
        assert_eq!(std::fs::read_to_string(folder.path().join(id.to_string())).expect("it is kept"), "kept");
        client.post("/import").body("text/csv", "a\nb\n").await.assert_json(2);
    }
}
