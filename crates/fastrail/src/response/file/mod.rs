//! Files as answers: whole, in part, or not at all when the client has them already.

mod body;
mod conditional;
mod disposition;
mod range;
mod serve;

#[cfg(feature = "cache")]
pub(crate) use conditional::names_etag;
pub use disposition::content_disposition;
pub(crate) use serve::{Opened, is_absent, serve};

use std::path::{Path, PathBuf};

use axum_core::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::Reply;
use super::deferred::Deferred;
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::{Body, RequestContext};

/// A file from disk, streamed, with `ETag`, `Last-Modified` and `Accept-Ranges`
///
/// It answers `Range` (one range; several are answered with the whole file), `If-Range`, `If-Match`, `If-None-Match`,
/// `If-Modified-Since` and `If-Unmodified-Since` (RFC 9110 §13, §14): 200, 206, 304, 412 or 416. The media type is
/// made from the path's extension. Never build the path from what a client sent: that is what
/// [`StaticFiles`](crate::StaticFiles) is for.
///
/// ```
/// use fastrail::FileResponse;
/// use fastrail::prelude::*;
///
/// #[get("/report")]
/// async fn report() -> FileResponse {
///     FileResponse::new("data/2026-06.pdf").attachment("Report June.pdf")
/// }
/// ```
///
/// # Errors
/// 404 when there is no such file, 500 when it cannot be read.
#[derive(Clone, Debug)]
pub struct FileResponse {
    path: PathBuf,
    media_type: Option<String>,
    disposition: Option<String>,
}

impl FileResponse {
    /// The file at `path`
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), media_type: None, disposition: None }
    }

    /// Its media type, in place of the one that its extension tells
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// To be saved under this name (RFC 6266); any characters, since a name beyond ASCII is sent as RFC 8187 says
    #[must_use]
    pub fn attachment(mut self, file_name: &str) -> Self {
        self.disposition = Some(content_disposition("attachment", file_name));
        self
    }

    /// To be shown, and saved under this name if at all
    #[must_use]
    pub fn inline(mut self, file_name: &str) -> Self {
        self.disposition = Some(content_disposition("inline", file_name));
        self
    }

    /// Answers a request
    pub(super) async fn answer(self, cx: &mut RequestContext) -> Result<Response, Error> {
        let mut headers = HeaderMap::with_capacity(8);
        let media_type = self.media_type.unwrap_or_else(|| media_type_of(&self.path));
        headers.insert(CONTENT_TYPE, HeaderValue::try_from(media_type).map_err(Error::internal)?);
        if let Some(disposition) = self.disposition {
            headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).map_err(Error::internal)?);
        }
        let path = self.path;
        let opened = tokio::task::spawn_blocking(move || Opened::open(&path)).await.map_err(Error::internal)?;
        match opened.map_err(Error::internal)? {
            Some(opened) => serve(opened, &cx.parts.method, &cx.parts.headers, headers),
            None => Err(Error::of_status(StatusCode::NOT_FOUND)),
        }
    }
}

impl Reply for FileResponse {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::empty());
        doc.any_status();
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response.extensions_mut().insert(Deferred::File(self));
        Ok(response)
    }
}

/// The media type that an extension tells; text is UTF-8
pub(crate) fn media_type_of(path: &Path) -> String {
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = media_type.type_() == mime::TEXT || media_type.subtype() == mime::JAVASCRIPT;
    if is_text { format!("{}; charset=utf-8", media_type.essence_str()) } else { media_type.essence_str().to_owned() }
}
