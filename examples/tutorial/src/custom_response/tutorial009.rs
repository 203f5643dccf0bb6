//! A file.

use fastrail::FileResponse;
use fastrail::prelude::*;

const SOME_FILE_PATH: &str = "large-video-file.mp4";

#[get("/")]
async fn main() -> FileResponse {
    FileResponse::new(SOME_FILE_PATH)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main])
}
