//! What error formats, handlers and logs may know of a request.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

use super::proxies::Origin;
use super::{Peer, RequestId, TrustedProxies};
use crate::serve::authority;

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
    pub(crate) peer: &'a Peer,
    pub(crate) proxies: &'a TrustedProxies,
}

impl<'a> RequestInfo<'a> {
    /// A request that no route has been found for yet
    pub(crate) fn new(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap, id: &'a RequestId) -> Self {
        let (peer, proxies) = (Peer::nobody(), TrustedProxies::none());
        Self { method, uri, headers, id, route: None, body: None, root_path: "", peer, proxies }
    }

    /// The same, and who sent it over which proxies
    pub(crate) fn sent_by(self, peer: &'a Peer, proxies: &'a TrustedProxies) -> Self {
        Self { peer, proxies, ..self }
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

    /// The client's address: the connection's, or where that is a [trusted proxy](crate::App::trusted_proxies), the
    /// right-most hop that is none; `None` on a Unix socket without such a proxy, and in process
    pub fn client_addr(&self) -> Option<IpAddr> {
        self.origin().address
    }

    /// `https` or `http`: what a trusted proxy says, else `http`, since TLS ends before this server
    pub fn scheme(&self) -> &'static str {
        self.origin().scheme.unwrap_or("http")
    }

    /// The host and the port that the client asked for: what a trusted proxy says, else the request's own
    pub fn host(&self) -> Option<&'a str> {
        self.origin().host.or_else(|| authority::host(self.uri, self.headers))
    }

    /// The path under which a proxy serves this app: `X-Forwarded-Prefix` of a trusted one, else
    /// [`App::root_path`](crate::App::root_path); empty when there is none
    pub fn root_path(&self) -> &'a str {
        self.origin().prefix.unwrap_or(self.root_path).trim_end_matches('/')
    }

    fn origin(&self) -> Origin<'a> {
        self.proxies.origin(self.peer, self.headers)
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
            peer: self.peer.clone(),
            proxies: self.proxies.clone(),
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
    peer: Peer,
    proxies: TrustedProxies,
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
            peer: &self.peer,
            proxies: &self.proxies,
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

    /// The template of the matched route
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }

    /// The client's address; see [`RequestInfo::client_addr`]
    pub fn client_addr(&self) -> Option<IpAddr> {
        self.as_ref().client_addr()
    }

    /// `https` or `http`; see [`RequestInfo::scheme`]
    pub fn scheme(&self) -> &'static str {
        self.as_ref().scheme()
    }

    /// The host that the client asked for; see [`RequestInfo::host`]
    pub fn host(&self) -> Option<&str> {
        self.as_ref().host()
    }

    /// The path under which a proxy serves this app; see [`RequestInfo::root_path`]
    pub fn root_path(&self) -> &str {
        self.as_ref().root_path()
    }
}
