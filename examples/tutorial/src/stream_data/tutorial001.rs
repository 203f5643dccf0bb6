//! A stream of text or bytes: one type for both, from an async or a blocking fn.

use fastrail::StreamingResponse;
use fastrail::prelude::*;
use futures_util::stream;

const MESSAGE: &str = "
Rick: (stumbles in drunkenly, and turns on the lights) Morty! You gotta come on. You got--... you gotta come with me.
Morty: (rubs his eyes) What, Rick? What's going on?
Rick: I got a surprise for you, Morty.
Morty: It's the middle of the night. What are you talking about?
Rick: (spills alcohol on Morty's bed) Come on, I got a surprise for you. (drags Morty by the ankle) Come on, hurry up. (pulls Morty out of his bed and into the hall)
Morty: Ow! Ow! You're tugging me too hard!
Rick: We gotta go, gotta get outta here, come on. Got a surprise for you Morty.
";

#[get("/story/stream")]
async fn stream_story() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines()))
}

#[get("/story/stream-no-async")]
fn stream_story_no_async() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines()))
}

#[get("/story/stream-no-annotation")]
async fn stream_story_no_annotation() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines()))
}

#[get("/story/stream-no-async-no-annotation")]
fn stream_story_no_async_no_annotation() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines()))
}

#[get("/story/stream-bytes")]
async fn stream_story_bytes() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines().map(str::as_bytes)))
}

#[get("/story/stream-no-async-bytes")]
fn stream_story_no_async_bytes() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines().map(str::as_bytes)))
}

#[get("/story/stream-no-annotation-bytes")]
async fn stream_story_no_annotation_bytes() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines().map(str::as_bytes)))
}

#[get("/story/stream-no-async-no-annotation-bytes")]
fn stream_story_no_async_no_annotation_bytes() -> StreamingResponse {
    StreamingResponse::new(stream::iter(MESSAGE.lines().map(str::as_bytes)))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![
        stream_story,
        stream_story_no_async,
        stream_story_no_annotation,
        stream_story_no_async_no_annotation,
        stream_story_bytes,
        stream_story_no_async_bytes,
        stream_story_no_annotation_bytes,
        stream_story_no_async_no_annotation_bytes,
    ])
}
