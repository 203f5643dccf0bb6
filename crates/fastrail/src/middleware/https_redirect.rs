//! Everything over TLS.

use axum_core::response::Response;
use http::header::{HeaderValue, LOCATION};
use http::{HeaderName, StatusCode};

use super::trusted_hosts::host_of;
use super::{Middleware, Next, Pipeline};
use crate::error::Error;
use crate::request::Body;

static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Sends whoever comes by plain HTTP to the same address by HTTPS: 307, which keeps the method and the body
///
/// Behind a proxy that ends TLS, `X-Forwarded-Proto: https` says that the client came by HTTPS; a client that lies
/// about it harms only itself. The target is made of `Host`, so put [`TrustedHosts`](super::TrustedHosts) around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpsRedirect;

impl HttpsRedirect {
    /// 307 to HTTPS
    pub fn new() -> Self {
        Self
    }
}

impl Middleware for HttpsRedirect {
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.around(|request: http::Request<Body>, next: Next| async move {
            if is_secure(&request) {
                return Ok(next.run(request).await);
            }
            let host = host_of(&request).ok_or_else(|| Error::new(400, "Invalid host header"))?;
            let host = host.strip_suffix(":80").unwrap_or(host);
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let location = HeaderValue::try_from(format!("https://{host}{path}"))
                .map_err(|_| Error::new(400, "Invalid host header"))?;
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            response.headers_mut().insert(LOCATION, location);
            Ok::<_, Error>(response)
        });
    }
}

fn is_secure(request: &http::Request<Body>) -> bool {
    let forwarded = request.headers().get(&X_FORWARDED_PROTO);
    request.uri().scheme_str() == Some("https") || forwarded.is_some_and(|scheme| scheme == "https")
}
