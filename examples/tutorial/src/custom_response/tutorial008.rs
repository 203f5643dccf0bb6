//! A file, streamed by hand.

use fastrail::StreamingResponse;
use fastrail::prelude::*;
use tokio_util::io::ReaderStream;

const SOME_FILE_PATH: &str = "large-video-file.mp4";

#[get("/")]
async fn main() -> Result<StreamingResponse> {
    let file = tokio::fs::File::open(SOME_FILE_PATH).await.map_err(Error::internal)?;
    Ok(StreamingResponse::try_new(ReaderStream::new(file)).media_type("video/mp4"))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main])
}
