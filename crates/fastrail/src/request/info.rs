//! What error formats, handlers and logs may know of a request.

use bytes::Bytes;
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
    pub(crate) body: Option<&'a Bytes>,
    pub(crate) root_path: &'a str,
}

impl<'a> RequestInfo<'a> {
    /// A request that no route has been found for yet
    pub(crate) fn new(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap, id: &'a RequestId) -> Self {
        Self { method, uri, headers, id, route: None, body: None, root_path: "" }
    }

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

    /// The body, where the operation takes one and it has been read: what an error handler echoes or logs. Else empty
    pub fn body(&self) -> &'a [u8] {
        self.body.map_or(&[], |body| body)
    }

    /// A copy that lives on its own
    pub fn to_owned(&self) -> OwnedRequestInfo {
        OwnedRequestInfo {
            method: self.method.clone(),
            uri: self.uri.clone(),
            headers: self.headers.clone(),
            id: self.id.clone(),
            route: self.route.map(str::to_owned),
            body: self.body.cloned(),
            root_path: self.root_path.to_owned(),
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
    body: Option<Bytes>,
    root_path: String,
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
            body: self.body.as_ref(),
            root_path: &self.root_path,
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

    /// The body, where it has been read; see [`RequestInfo::body`]
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Where the app is, below a proxy or the app that mounts it: [`App::root_path`](crate::App::root_path), or empty
    pub fn root_path(&self) -> &str {
        &self.root_path
    }

    /// The template of the matched route
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }
}
