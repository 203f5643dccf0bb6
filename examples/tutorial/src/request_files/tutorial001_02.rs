//! Files that may be absent.

use fastrail::prelude::*;

#[post("/files/")]
async fn create_file(file: Option<FileBytes>) -> Value {
    match file {
        None => json!({ "message": "No file sent" }),
        Some(file) => json!({ "file_size": file.len() }),
    }
}

#[post("/uploadfile/")]
async fn create_upload_file(file: Option<UploadFile>) -> Value {
    match file {
        None => json!({ "message": "No upload file sent" }),
        Some(file) => json!({ "filename": file.file_name() }),
    }
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_file, create_upload_file])
}
