//! Where to go: `Location` beside what was made, and redirects.

use axum_core::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, LOCATION};

use super::{Reply, ReplyPart};
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;

/// Says where what was made is found: `(Location, Item)` (RFC 9110 §10.2.2)
///
/// ```
/// use fastrail::prelude::*;
///
/// #[post("/notes", status = 201)]
/// async fn create_note() -> (Location, String) {
///     (Location::of("/notes/1"), "made".to_owned())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    url: String,
}

impl Location {
    /// A URL or a path
    pub fn of(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}

impl ReplyPart for Location {
    fn describe(response: ResponseDoc) -> ResponseDoc {
        response.with_header("Location", "Where it is found")
    }

    fn apply(self, response: &mut Response) -> Result<(), Error> {
        let location = HeaderValue::try_from(self.url).map_err(Error::internal)?;
        response.headers_mut().insert(LOCATION, location);
        Ok(())
    }
}

/// 307 with `Location`, which keeps the method and the body (RFC 9110 §15.4.8); set `status` on the operation for
/// another one, such as 303 after a form
///
/// Never redirect to where a client says: that is an open redirect (OWASP).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    to: String,
}

impl Redirect {
    /// A redirect to a URL or a path
    pub fn to(location: impl Into<String>) -> Self {
        Self { to: location.into() }
    }
}

impl Reply for Redirect {
    const STATUS: StatusCode = StatusCode::TEMPORARY_REDIRECT;

    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::empty().with_header("Location", "Where to go"));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let location = HeaderValue::try_from(self.to).map_err(Error::internal)?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response.headers_mut().insert(LOCATION, location);
        Ok(response)
    }
}
