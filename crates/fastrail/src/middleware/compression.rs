//! gzip and brotli.

use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};

use super::{Middleware, Pipeline};

/// Compresses answers for clients that accept it, brotli first
///
/// Left alone: answers below 1 KiB, images, gRPC, event streams and JSON lines (a compressor would hold them back), and whatever has a `Content-Encoding`. Do not switch
/// it on for answers that mix secrets with what a client sent: their length tells (BREACH).
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
        let worthwhile = DefaultPredicate::new()
            .and(SizeAbove::new(MIN_BYTES.into()))
            .and(NotForContentType::const_new("application/jsonl"));
        pipeline.layer(CompressionLayer::new().gzip(true).br(true).compress_when(worthwhile));
    }
}
