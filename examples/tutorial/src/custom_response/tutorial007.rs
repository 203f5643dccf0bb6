//! A stream of bytes.

use fastrail::StreamingResponse;
use fastrail::prelude::*;
use futures_util::stream::{self, Stream};

fn fake_video_streamer() -> impl Stream<Item = &'static [u8]> {
    stream::iter([b"some fake video bytes".as_slice(); 10])
}

#[get("/")]
async fn main() -> StreamingResponse {
    StreamingResponse::new(fake_video_streamer())
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main])
}
