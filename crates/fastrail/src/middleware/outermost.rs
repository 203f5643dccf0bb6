//! What an app has outermost: security headers, compression, CORS.
//!
//! They are no layers, so that they cost neither a box nor a copy of the request, and nothing at all where a request asks
//! for nothing. What they do where one asks is tower-http's.

use std::convert::Infallible;
use std::future::{Ready, ready};

use axum_core::response::Response;
use futures_util::FutureExt;
#[cfg(feature = "compression")]
use http::HeaderValue;
use http::Request;
use http::request::Parts;
use tower::{Service, ServiceExt};

use super::SecurityHeaders;
#[cfg(feature = "compression")]
use super::compression::Compressor;
use super::cors::{CorsRules, CrossOrigin};

/// The steps that an app has switched on
#[derive(Default)]
pub(crate) struct Outermost {
    pub(crate) security_headers: Option<SecurityHeaders>,
    pub(super) cors: Option<CorsRules>,
    #[cfg(feature = "compression")]
    pub(super) compression: Option<Compressor>,
}

/// What a request asks of them
#[derive(Debug, Default)]
pub(crate) struct Asked {
    cross_origin: Option<CrossOrigin>,
    #[cfg(feature = "compression")]
    encodings: Option<HeaderValue>,
}

impl Asked {
    /// Whether [`Outermost::finish`] makes all of the answer
    pub(crate) fn is_preflight(&self) -> bool {
        self.cross_origin.as_ref().is_some_and(CrossOrigin::is_preflight)
    }
}

impl Outermost {
    /// Whether any of them looks at requests
    #[inline(always)]
    fn looks(&self) -> bool {
        #[cfg(feature = "compression")]
        if self.compression.is_some() {
            return true;
        }
        self.cors.is_some()
    }

    /// What a request asks for; hardly any costs a box
    #[inline(always)]
    pub(crate) fn asked(&self, parts: &Parts) -> Option<Box<Asked>> {
        if self.looks() { self.look(parts) } else { None }
    }

    #[inline(never)]
    fn look(&self, parts: &Parts) -> Option<Box<Asked>> {
        let cross_origin = self.cors.as_ref().and_then(|_| CrossOrigin::of(parts));
        #[cfg(feature = "compression")]
        let encodings = self.compression.as_ref().and_then(|_| Compressor::accepted(&parts.headers));
        #[cfg(feature = "compression")]
        let asks = cross_origin.is_some() || encodings.is_some();
        #[cfg(not(feature = "compression"))]
        let asks = cross_origin.is_some();
        asks.then(|| {
            Box::new(Asked {
                cross_origin,
                #[cfg(feature = "compression")]
                encodings,
            })
        })
    }

    /// Sees an answer out
    #[inline(always)]
    pub(crate) fn finish(&self, response: &mut Response, asked: Option<Box<Asked>>) {
        if self.looks() {
            self.tell(response, asked);
        }
        if let Some(security) = &self.security_headers {
            security.apply(response.headers_mut());
        }
    }

    #[inline(never)]
    fn tell(&self, response: &mut Response, asked: Option<Box<Asked>>) {
        let asked = asked.map(|asked| *asked).unwrap_or_default();
        if let Some(cors) = &self.cors {
            cors.finish(response, asked.cross_origin);
        }
        #[cfg(feature = "compression")]
        if let Some(compression) = &self.compression {
            compression.finish(response, asked.encodings);
        }
    }
}

/// Hands out the answer that is there, once
pub(super) type Answered =
    tower::util::ServiceFn<Box<dyn FnMut(Request<()>) -> Ready<Result<Response, Infallible>> + Send>>;

/// Sends an answer through a layer that waits for nothing, as if `request` had been answered with it
pub(super) fn through<L, S, B>(layer: L, request: Request<()>, response: &mut Response) -> http::Response<B>
where
    L: tower::Layer<Answered, Service = S>,
    S: Service<Request<()>, Response = http::Response<B>, Error = Infallible>,
{
    let mut answer = Some(std::mem::take(response));
    let inner = tower::service_fn(Box::new(move |_| ready(Ok(answer.take().unwrap_or_default()))) as Box<_>);
    let answered = layer.layer(inner).oneshot(request).now_or_never();
    match answered.expect("invariant: such a layer waits for nothing") {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
