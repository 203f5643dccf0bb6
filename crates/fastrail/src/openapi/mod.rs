//! The OpenAPI 3.1 document, made from the same types that parse, validate and answer.
//!
//! Nothing here is written a second time by a user: arguments, dependencies, credentials, replies and errors describe
//! themselves into an [`OperationDoc`]; `document` puts the operations together.

mod additions;
mod body;
mod document;
mod errors;
mod example;
mod ids;
mod info;
mod link;
mod merge;
mod operation;
mod parameter;
mod response;
mod security;
mod style;
mod validators;
mod write;

pub use additions::{Additions, StatusKey};
#[cfg(feature = "testing")]
pub(crate) use document::documented_path;
pub(crate) use document::{DocumentBuilder, DocumentHead, OperationEntry};
pub use example::{Example, NamedExamples};
pub(crate) use ids::OperationIds;
pub use ids::{OperationInfo, name_path_method};
pub use info::{Contact, ExternalDocs, Info, License, Server, ServerVariable, Tag};
pub use link::Link;
pub(crate) use merge::deep_merge;
pub use operation::OperationDoc;
pub(crate) use operation::Unknown;
pub use parameter::ParameterDoc;
pub use response::ResponseDoc;
pub use style::DocumentStyle;

/// `item_id` → `Item Id`, `x-token` → `X-Token`: Python's `str.title`, as FastAPI uses it
pub(crate) fn title_case(name: &str) -> String {
    let mut start = true;
    name.chars()
        .map(|c| {
            let c = if c == '_' { ' ' } else { c };
            let cased = if start { c.to_ascii_uppercase() } else { c };
            start = !c.is_ascii_alphanumeric();
            cased
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn titles_are_fastapis() {
        assert_eq!(super::title_case("item_id"), "Item Id");
        assert_eq!(super::title_case("x-token"), "X-Token");
        assert_eq!(super::title_case("q"), "Q");
    }
}
