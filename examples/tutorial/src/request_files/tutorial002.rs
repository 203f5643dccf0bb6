//! Several files under one name.

use fastrail::prelude::*;

#[post("/files/")]
async fn create_files(#[file] files: Vec<FileBytes>) -> Value {
    json!({ "file_sizes": files.iter().map(|file| file.len()).collect::<Vec<_>>() })
}

#[post("/uploadfiles/")]
async fn create_upload_files(#[file] files: Vec<UploadFile>) -> Value {
    json!({ "filenames": files.iter().map(UploadFile::file_name).collect::<Vec<_>>() })
}

#[get("/")]
async fn main() -> Result<Response> {
    let content = r#"
<body>
<form action="/files/" enctype="multipart/form-data" method="post">
<input name="files" type="file" multiple>
<input type="submit">
</form>
<form action="/uploadfiles/" enctype="multipart/form-data" method="post">
<input name="files" type="file" multiple>
<input type="submit">
</form>
</body>
    "#;
    Html(content).into_reply(StatusCode::OK)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_files, create_upload_files, main])
}
