//! How the document is worded: exactly, or as FastAPI would.

use crate::schema::{Generator, JsonSchema};

/// How the document is worded; set by [`App::document_style`](crate::App::document_style)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentStyle {
    /// Everything that is enforced, also what a type cannot hold
    #[default]
    Exact,
    /// FastAPI's words, for clients and tests that were made for it
    ///
    /// Operation ids are made of name, path and method. What FastAPI does not say is left out: the bounds of a 64-bit
    /// integer, the patterns of local times, durations and Base64, headers that a reply type sets; an answer that is
    /// built by hand counts as JSON. What is read and answered stays the same, so it is narrower than the document here.
    FastApi,
}

impl Generator {
    /// The schema in the words of the document's style
    pub(crate) fn worded(&self, exact: JsonSchema, fastapi: JsonSchema) -> JsonSchema {
        match self.style {
            DocumentStyle::Exact => exact,
            DocumentStyle::FastApi => fastapi,
        }
    }
}
