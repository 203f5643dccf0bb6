//! Takes a large upload, keeps it, and gives it back: `upload_server FOLDER`. `cargo xtask full` measures its memory.

use std::path::PathBuf;
use std::sync::Arc;

use fastrail::FileResponse;
use fastrail::prelude::*;

/// Where the upload is kept
#[derive(Clone)]
struct Folder(Arc<PathBuf>);

#[post("/upload")]
async fn upload(#[file(max_bytes = 2_000_000_000)] file: UploadFile, folder: State<Folder>) -> Result<u64> {
    file.save_to(folder.0.0.join("kept")).await
}

#[get("/download")]
async fn download(folder: State<Folder>) -> FileResponse {
    FileResponse::new(folder.0.0.join("kept"))
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let app = App::new("Uploads", "1.0.0").state(Folder(Arc::new(folder))).include(routes![upload, download]);
    fastrail::serve(app).bind("127.0.0.1:0").await
}
