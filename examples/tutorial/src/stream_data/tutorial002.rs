//! A stream with a media type of one's own.

use fastrail::StreamingResponse;
use fastrail::prelude::*;
use fastrail::response::MediaType;
use futures_util::stream;

const BINARY_IMAGE: &[u8] = include_bytes!("image.png");

struct Png;

impl MediaType for Png {
    const NAME: &'static str = "image/png";
}

#[get("/image/stream")]
async fn stream_image() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter(BINARY_IMAGE.chunks(64)))
}

#[get("/image/stream-no-async")]
fn stream_image_no_async() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter(BINARY_IMAGE.chunks(64)))
}

#[get("/image/stream-no-async-yield-from")]
fn stream_image_no_async_yield_from() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter(BINARY_IMAGE.chunks(64)))
}

#[get("/image/stream-no-annotation")]
async fn stream_image_no_annotation() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter(BINARY_IMAGE.chunks(64)))
}

#[get("/image/stream-no-async-no-annotation")]
fn stream_image_no_async_no_annotation() -> StreamingResponse<Png> {
    StreamingResponse::new(stream::iter(BINARY_IMAGE.chunks(64)))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![
        stream_image,
        stream_image_no_async,
        stream_image_no_async_yield_from,
        stream_image_no_annotation,
        stream_image_no_async_no_annotation,
    ])
}
