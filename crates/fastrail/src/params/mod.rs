//! Arguments of path operations and dependencies: where a value comes from, and how it is read, checked and documented.
//!
//! The *type* of an argument decides what it is, through [`Argument::Kind`]: a scalar (a parameter), a model (a body
//! or a group of parameters), a dependency, a credential. The attribute macro only writes one [`ArgumentSpec`] for
//! each argument; a wrong type is one compile error, at the argument.
//!
//! Reading has two steps, so that one answer can list every error: [`Kind::gather`] reads and notes what does not fit;
//! [`Kind::resolve`] yields the value once everything has fit. Security dependencies go first.
//!
//! One source a file: `path`, `query`, `header`, `cookie`, `form`, `file`, `body`.

mod argument;
mod body;
mod body_stream;
mod cookie;
mod extension;
mod extract;
pub(crate) mod file;
mod form;
mod header;
mod impls;
mod merged;
mod model;
#[doc(hidden)]
pub mod of;
mod option;
mod path;
mod query;
mod raw;
mod scalar;
mod spec;
mod style;
mod urlencoded;
mod validators;

pub use argument::{Argument, Kind, Reading};
pub use body_stream::{BodyStream, BodyStreamKind};
pub(crate) use cookie::of_headers as cookie_of;
pub use extension::{Extension, ExtensionKind};
pub use extract::{Extract, ExtractBody, ExtractBodyKind, ExtractKind};
pub use file::{FileBytes, FileRules, UploadFile};
pub(crate) use form::MEDIA_TYPE as FORM_MEDIA_TYPE;
pub use impls::{RequestPart, RequestPartKind};
pub(crate) use merged::MergedBody;
pub use model::ModelKind;
pub use option::Opt;
pub(crate) use raw::{NotUtf8, Raw, TextPairs};
pub use scalar::ScalarKind;
pub use spec::{ArgumentSpec, Facts, Meta, Pending, Secured, Source, Take};
pub use style::Style;
#[doc(hidden)]
pub use style::{NoItems, TextItems};
pub(crate) use urlencoded::last as query_of;
pub use validators::{AsyncChecks, AsyncValidator, AsyncValidators, Checked, RefusalIssue, Verdict};
pub(crate) use validators::{DynValidator, ValidatorState};
#[doc(hidden)]
pub use validators::{VerdictSpec, describe_verdict, settle_verdict};
