//! gzip and brotli.

use axum_core::response::Response;
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue, Request};
use http_body::Body as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, DefaultPredicate, NotForContentType, Predicate, SizeAbove};

use super::outermost::through;
use super::{Middleware, Pipeline};
use crate::request::Body;

/// Compresses answers for clients that accept it, brotli first
///
/// Left alone: answers below 1 KiB, images, gRPC, event streams and JSON lines (a compressor would hold them back), and
/// whatever has a `Content-Encoding`. Do not switch it on for answers that mix secrets with what a client sent: their
/// length tells (BREACH). It stands around the whole app or, on a [`Router`](crate::Router), around its operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compression;

impl Compression {
    /// gzip and brotli
    pub fn new() -> Self {
        Self
    }
}

/// Below this many bytes, compressing costs more than it saves
const MIN_BYTES: u16 = 1024;

impl Middleware for Compression {
    fn install(self, pipeline: &mut Pipeline) {
        pipeline.outermost.compression = Some(Compressor::new());
    }
}

type Worthwhile = And<And<DefaultPredicate, SizeAbove>, NotForContentType>;

/// Compresses one answer after the other
#[derive(Clone)]
pub(crate) struct Compressor(pub(super) CompressionLayer<Worthwhile>);

impl Compressor {
    fn new() -> Self {
        let worthwhile = DefaultPredicate::new().and(SizeAbove::new(MIN_BYTES.into()));
        let worthwhile = worthwhile.and(NotForContentType::const_new("application/jsonl"));
        Self(CompressionLayer::new().gzip(true).br(true).compress_when(worthwhile))
    }

    /// What a client accepts, if it says so
    #[inline]
    pub(super) fn accepted(headers: &HeaderMap) -> Option<HeaderValue> {
        headers.get(ACCEPT_ENCODING).cloned()
    }

    /// Sees an answer out
    #[inline]
    pub(super) fn finish(&self, response: &mut Response, accepted: Option<HeaderValue>) {
        if response.body().size_hint().upper().is_none_or(|bytes| bytes >= MIN_BYTES.into()) {
            self.compress(response, accepted);
        }
    }

    /// Compresses it, where it is worth it and accepted
    #[inline(never)]
    fn compress(&self, response: &mut Response, accepted: Option<HeaderValue>) {
        let mut request = Request::new(());
        request.headers_mut().extend(accepted.map(|accepted| (ACCEPT_ENCODING, accepted)));
        *response = through(&self.0, request, response).map(Body::new);
    }
}
