//! What error formats, handlers and logs may know of a request.

use http::{HeaderMap, Method, Uri};

use super::RequestId;

/// A borrowed view of the request that is being answered
#[derive(Clone, Copy, Debug)]
pub struct RequestInfo<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) id: &'a RequestId,
    pub(crate) route: Option<&'a str>,
}

impl<'a> RequestInfo<'a> {
    /// The method
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// The URI as it was sent
    pub fn uri(&self) -> &'a Uri {
        self.uri
    }

    /// The path, without the query, which may hold secrets
    pub fn path(&self) -> &'a str {
        self.uri.path()
    }

    /// The headers
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// The value of `X-Request-Id`
    pub fn request_id(&self) -> &'a str {
        self.id.as_str()
    }

    /// The template of the matched route, such as `/items/{item_id}`; `None` before routing and for a 404
    pub fn route(&self) -> Option<&'a str> {
        self.route
    }

    /// A copy that lives on its own
    pub fn to_owned(&self) -> OwnedRequestInfo {
        OwnedRequestInfo {
            method: self.method.clone(),
            uri: self.uri.clone(),
            headers: self.headers.clone(),
            id: self.id.clone(),
            route: self.route.map(str::to_owned),
        }
    }
}

/// The request's outside, as an error handler gets it and as an operation can take it for an argument
#[derive(Clone, Debug)]
pub struct OwnedRequestInfo {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    id: RequestId,
    route: Option<String>,
}

impl OwnedRequestInfo {
    /// The same view, borrowed
    pub fn as_ref(&self) -> RequestInfo<'_> {
        RequestInfo {
            method: &self.method,
            uri: &self.uri,
            headers: &self.headers,
            id: &self.id,
            route: self.route.as_deref(),
        }
    }

    /// The method
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URI as it was sent
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The headers
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of `X-Request-Id`
    pub fn request_id(&self) -> &str {
        self.id.as_str()
    }

    /// The template of the matched route
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }
}
