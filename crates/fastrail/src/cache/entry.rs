//! One thing that is kept.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use uuid::Uuid;

/// What is kept under one key; cloning it is cheap
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheEntry {
    /// A value as JSON, or an answer's body
    pub body: Bytes,
    /// An answer's headers
    pub headers: Arc<[(HeaderName, HeaderValue)]>,
    /// The versions that its tags had when it was begun
    pub versions: Arc<[Uuid]>,
}

impl CacheEntry {
    pub(super) fn value(body: Bytes, versions: Arc<[Uuid]>) -> Self {
        Self { body, headers: Arc::default(), versions }
    }

    /// The present version of a tag
    pub(super) fn version(version: Uuid) -> Self {
        Self::value(Bytes::copy_from_slice(version.as_bytes()), Arc::default())
    }

    pub(super) fn as_version(&self) -> Option<Uuid> {
        Uuid::from_slice(&self.body).ok()
    }

    /// About how many bytes of memory it takes
    pub(super) fn weight(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 96);
        self.body.len() + headers.sum::<usize>() + self.versions.len() * 16 + 128
    }
}
