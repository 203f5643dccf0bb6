//! Files: in memory, or spooled to disk.

use fastrail::prelude::*;

#[post("/files/")]
async fn create_file(file: FileBytes) -> Value {
    json!({ "file_size": file.len() })
}

#[post("/uploadfile/")]
async fn create_upload_file(file: UploadFile) -> Value {
    json!({ "filename": file.file_name() })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![create_file, create_upload_file])
}
