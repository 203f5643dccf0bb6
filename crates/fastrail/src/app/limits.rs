//! What one request may cost.

use crate::schema::ValidationLimits;

/// Bounds on a request's input
///
/// ```
/// use fastrail::Limits;
///
/// let limits = Limits { max_body_bytes: 64 * 1024, ..Limits::default() };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body that is read into memory, in bytes; a longer one is 413. Default: 2 MiB
    pub max_body_bytes: usize,
    /// The deepest nesting of a JSON body; a deeper one is 422. Default: 64
    pub max_depth: usize,
    /// The most errors that one 422 lists. Default: 100
    pub max_errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_body_bytes: 2 * 1024 * 1024, max_depth: 64, max_errors: 100 }
    }
}

impl Limits {
    pub(crate) fn validation(&self) -> ValidationLimits {
        ValidationLimits { max_depth: self.max_depth, max_errors: self.max_errors, ..ValidationLimits::default() }
    }
}
