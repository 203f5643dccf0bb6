//! Redirects.

use axum_core::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, LOCATION};

use super::Reply;
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;

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
