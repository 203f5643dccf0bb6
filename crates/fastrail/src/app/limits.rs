//! What one request may cost.

use std::time::Duration;

use crate::schema::ValidationLimits;

const MIB: usize = 1024 * 1024;

/// Bounds on a request's input
///
/// ```
/// use fastrail::Limits;
///
/// let limits = Limits { max_body_bytes: 64 * 1024, ..Limits::default() };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body that is read into memory, in bytes; a longer one is 413. Default: 2 MiB. A route's own
    /// `max_body_bytes` goes before it. What is mounted reads its body itself and has its own limit
    pub max_body_bytes: usize,
    /// The longest `multipart/form-data` body of an operation that takes files or form fields, in bytes; a longer one is 413.
    /// Default: 64 MiB. The `max_bytes` that an operation's files declare make room for themselves
    pub max_upload_bytes: u64,
    /// The largest file of a form, unless its argument declares `max_bytes`; a larger one is 413. Default: 64 MiB
    pub max_file_bytes: u64,
    /// The bytes of a file that are held in memory; a larger one goes to a temporary file. Default: 256 KiB
    pub spool_bytes: usize,
    /// The longest text field of a `multipart/form-data` body; a longer one is 413. Default: 1 MiB. All of them together,
    /// and the files that an operation takes as bytes, count against `max_body_bytes`
    pub max_field_bytes: usize,
    /// The most parts of a `multipart/form-data` body; more are 413. Default: 1,000
    pub max_parts: usize,
    /// The most requests whose background work runs at once; the others wait. Default: 256
    pub max_background_running: usize,
    /// The most pieces of background work that have not ended; at more, an operation that could add some is 503.
    /// Default: 10,000
    pub max_background_waiting: usize,
    /// The deepest nesting of a JSON body; a deeper one is 422. Default: 64
    pub max_depth: usize,
    /// The most `name=value` pairs in a query or a form that a group or a list is read from, and the most items of a
    /// list in one value; more are 422. Default: 1,000
    pub max_parameters: usize,
    /// The most errors that one 422 lists. Default: 100
    pub max_errors: usize,
    /// How long an operation may take until its answer's head; then 503 with `Retry-After`. Default: 60 s, which is when
    /// proxies give up. A route's own `timeout` goes before it; `None` and `timeout = "none"`: for ever. An unsafe
    /// operation is carried out to its end all the same
    pub request_timeout: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 2 * MIB,
            max_upload_bytes: 64 * MIB as u64,
            max_file_bytes: 64 * MIB as u64,
            spool_bytes: MIB / 4,
            max_field_bytes: MIB,
            max_parts: 1000,
            max_background_running: 256,
            max_background_waiting: 10_000,
            max_depth: 64,
            max_parameters: 1000,
            max_errors: 100,
            request_timeout: Some(Duration::from_secs(60)),
        }
    }
}

impl Limits {
    pub(crate) fn validation(&self) -> ValidationLimits {
        ValidationLimits { max_depth: self.max_depth, max_errors: self.max_errors, ..ValidationLimits::default() }
    }
}
