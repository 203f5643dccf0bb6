//! A regular expression, compiled at its first use.

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;

/// The `pattern` rule: Rust's `regex` syntax, which runs in linear time whatever a client sends
///
/// The macros have parsed the expression already, so that a wrong one does not compile.
pub struct Pattern {
    source: &'static str,
    regex: OnceLock<Regex>,
}

impl Pattern {
    /// A pattern that is compiled when it is first tested
    pub const fn new(source: &'static str) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// The expression as written
    pub fn as_str(&self) -> &'static str {
        self.source
    }

    /// Whether the expression matches somewhere in `text`
    pub fn is_match(&self, text: &str) -> bool {
        self.regex
            .get_or_init(|| Regex::new(self.source).expect("invariant: the macro has parsed the pattern"))
            .is_match(text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.source).finish()
    }
}
