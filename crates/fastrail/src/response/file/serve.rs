//! One file, one request: which part of it, under which status, with which headers.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use axum_core::response::Response;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderValue, LAST_MODIFIED};
use http::{HeaderMap, Method, StatusCode};

use super::body::file_body;
use super::conditional::{Precondition, check, range_counts};
use super::range::{Range, parse};
use crate::error::Error;
use crate::request::Body;

/// An open file and what tells its versions apart
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) file: File,
    pub(crate) facts: Facts,
}

/// What tells versions of a file apart
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) len: u64,
    pub(crate) modified: Option<SystemTime>,
    pub(crate) etag: HeaderValue,
}

impl Opened {
    /// Opens a regular file; `None` when there is none. Blocks
    ///
    /// What is no regular file is not opened: a named pipe would wait for its writer.
    pub(crate) fn open(path: &Path) -> io::Result<Option<Self>> {
        let found = std::fs::metadata(path).and_then(|metadata| {
            if metadata.is_file() { File::open(path) } else { Err(io::ErrorKind::NotFound.into()) }
        });
        let file = match found {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        let (len, modified) = (metadata.len(), metadata.modified().ok());
        Ok(Some(Self { file, facts: Facts { len, modified, etag: etag(len, modified) } }))
    }
}

/// Whether a path leads nowhere, for a client: also when a part of it is a file, or is too long for the system
pub(crate) fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidFilename | InvalidInput)
}

/// A strong validator of size and time of change in nanoseconds (RFC 9110 §8.8.1)
fn etag(len: u64, modified: Option<SystemTime>) -> HeaderValue {
    let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let nanoseconds = since.map_or(0, |since| since.as_nanos());
    HeaderValue::try_from(format!("\"{nanoseconds:x}-{len:x}\"")).expect("invariant: hexadecimal")
}

/// Answers `GET` or `HEAD` for a file; `headers` describe it
///
/// # Errors
/// 412 and 416, as the request's preconditions and its range say.
pub(crate) fn serve(
    opened: Opened,
    method: &Method,
    request: &HeaderMap,
    mut headers: HeaderMap,
) -> Result<Response, Error> {
    let Opened { file, facts } = opened;
    headers.insert(ETAG, facts.etag.clone());
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(modified) = facts.modified {
        let date = HeaderValue::try_from(httpdate::fmt_http_date(modified)).map_err(Error::internal)?;
        headers.insert(LAST_MODIFIED, date);
    }
    match check(method, request, &facts) {
        Precondition::Met => {}
        Precondition::Failed => return Err(Error::of_status(StatusCode::PRECONDITION_FAILED)),
        Precondition::NotModified => {
            headers.remove(http::header::CONTENT_TYPE);
            return Ok(answer(StatusCode::NOT_MODIFIED, headers, Body::empty()));
        }
    }
    // RFC 9110 §14.2: a range is for GET only.
    let range = if method == Method::GET && range_counts(request, &facts) {
        parse(request.get(http::header::RANGE), facts.len)
    } else {
        Range::Whole
    };
    let (status, start, end) = match range {
        Range::Whole => (StatusCode::OK, 0, facts.len),
        Range::Unsatisfiable => {
            let total = HeaderValue::try_from(format!("bytes */{}", facts.len)).map_err(Error::internal)?;
            return Err(Error::of_status(StatusCode::RANGE_NOT_SATISFIABLE).with_header(CONTENT_RANGE, total));
        }
        Range::Part { start, end } => {
            let range = format!("bytes {start}-{}/{}", end - 1, facts.len);
            headers.insert(CONTENT_RANGE, HeaderValue::try_from(range).map_err(Error::internal)?);
            (StatusCode::PARTIAL_CONTENT, start, end)
        }
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(end - start));
    Ok(answer(status, headers, file_body(file, start, end - start)))
}

fn answer(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
