//! Compressed request bodies, unpacked by a middleware.

use fastrail::Body;
use fastrail::prelude::*;
use flate2::read::GzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::{BodyExt, Limited};
use std::io::Read;

const MAX_BYTES: usize = 1024 * 1024;

async fn gzip_request(request: Request, next: Next) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    if parts.headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    }
    let packed = Limited::new(body, MAX_BYTES).collect().await.map_err(|_| Error::new(413, "The body is too large"))?;
    let (packed, mut unpacked) = (packed.to_bytes(), Vec::new());
    let mut decoder = GzDecoder::new(&*packed).take(MAX_BYTES as u64);
    decoder.read_to_end(&mut unpacked).map_err(|_| Error::new(400, "The body is no gzip"))?;
    parts.headers.remove(CONTENT_ENCODING);
    parts.headers.insert(CONTENT_LENGTH, unpacked.len().into());
    Ok(next.run(Request::from_parts(parts, Body::from(unpacked))).await)
}

#[post("/sum")]
async fn sum_numbers(#[body] numbers: Vec<i64>) -> Value {
    json!({ "sum": numbers.iter().sum::<i64>() })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![sum_numbers]).middleware(gzip_request)
}
