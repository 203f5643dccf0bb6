//! Everything over TLS.

use axum_core::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, LOCATION};

use super::from_fn::with_info;
use super::{Middleware, Next, Pipeline};
use crate::error::Error;
use crate::request::{Body, RequestInfo};

/// Sends whoever comes by plain HTTP to the same address by HTTPS: 307, which keeps the method and the body
///
/// Behind a proxy that ends TLS, name it by [`App::trusted_proxies`](crate::App::trusted_proxies): what it says of the
/// scheme and the host counts, and what anybody else says does not. A proxy that is not trusted is sent to HTTPS each time.
/// The target is made of [`RequestInfo::host`], so put [`TrustedHosts`](super::TrustedHosts) around it.
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
            let Some(location) = with_info(&request, elsewhere) else {
                return Ok(next.run(request).await);
            };
            let location = location.ok_or_else(|| Error::new(400, "Invalid host header"))?;
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            response.headers_mut().insert(LOCATION, location);
            Ok::<_, Error>(response)
        });
    }
}

/// The same address by HTTPS; none where the client came by it, and none in that where it has not said which host it asks
fn elsewhere(request: RequestInfo<'_>) -> Option<Option<HeaderValue>> {
    // A client that says so in its URI and lies harms only itself.
    if request.scheme() == "https" || request.uri().scheme_str() == Some("https") {
        return None;
    }
    let location = request.host().and_then(|host| {
        let host = host.strip_suffix(":80").unwrap_or(host);
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        HeaderValue::try_from(format!("https://{host}{path}")).ok()
    });
    Some(location)
}
