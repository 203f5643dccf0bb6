//! What `GET /debug/info` says.

use fastrail::prelude::*;

/// What runs here
#[derive(Debug, Serialize, Schema)]
pub struct DebugInfoOut {
    /// The application's name
    pub name: String,
    /// The application's version
    pub version: String,
    /// The kind of place that it runs in
    pub environment: String,
    /// The process
    pub process_id: u32,
    /// Threads that requests run on
    pub workers: usize,
    /// Whether instances share limits and events
    pub has_redis: bool,
    /// Accounts that were made since the start
    pub registrations: u64,
}
