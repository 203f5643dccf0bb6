//! What a type looks like on the wire, and what it accepts: one source for the document, the checks and the errors.
//!
//! Never here: where a value comes from (see [`params`](crate::params)), how an error is answered (see [`error`](crate::error)).
//!
//! A request takes the fast path first: serde builds the value through the `strict` deserializer and
//! [`Schema::check`] tests the declared [`Rules`] on it. Only when one of them says no, the slow path runs:
//! [`Schema::diagnose`] walks the raw value and reports every error at its place, in pydantic's words.

#![doc = include_str!("differences.md")]

mod diagnosis;
mod echo;
mod generator;
mod grammar;
mod issue;
#[doc(hidden)]
pub mod model;
mod rfc3339;
pub(crate) mod rules;
pub(crate) mod strict;
pub(crate) mod text;
mod types;
mod validate;

pub use diagnosis::{Diagnosis, KeyStyle, Mode};
pub use fastrail_macros::Schema;
pub use generator::{Generator, JsonSchema};
pub use issue::{IntoIssue, Issue};
pub use rules::{Accepts, Number, Pattern, Rules, Sanitize};
pub use text::Pairs;
pub(crate) use text::to_value as pairs_to_value;
pub use types::*;
pub(crate) use validate::{Accepted, accept_json_field, diagnose_json, validate_group};
pub use validate::{ValidationLimits, validate_json, validate_json_under, validate_list, validate_text};

use std::borrow::Cow;

use serde_json::Value;

use crate::params::{AsyncChecks, AsyncValidators};

/// The family of a type, which decides what rules may constrain it and how it is read from text
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Integers, floats and decimals: `gt`, `ge`, `lt`, `le`, `multiple_of`
    Number,
    /// Strings and what is written as one without a grammar of its own: `min_length`, `max_length`, `pattern`
    Text,
    /// Scalars that no rule constrains: booleans, UUIDs, dates, enums, …
    Plain,
    /// Sequences and sets: `min_items`, `max_items`; other rules go to the items
    List,
    /// Maps with free keys: `min_items`, `max_items`; other rules go to the values
    Map,
    /// Structs with named fields: a group of parameters, or a body
    Model,
    /// Enums with data: a body, or what is inside one
    Union,
    /// Anything at all
    Any,
}

/// A type that can be validated and documented
///
/// Derive it: `#[derive(Schema)]`. Write it by hand for a type whose wire form is none of the built-in ones;
/// then `schema` and `check`/`diagnose` must say the same thing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema",
    label = "this type cannot be validated or documented",
    note = "add `#[derive(Schema)]` to it, next to serde's `Deserialize` and `Serialize`"
)]
pub trait Schema: Sized {
    /// Which rules apply, and how it is read from text
    const CLASS: Class;

    /// Which rules may constrain the type: those of its class, and for a container those of what it holds
    const ACCEPTS: Accepts = Accepts::of(Self::CLASS);

    /// What a list, a set or an array holds: each item of one that is a parameter is one piece of text
    const ITEMS: Option<Class> = None;

    /// Whether it is a file of a form, or a list of files
    const FILES: bool = false;

    /// Whether the value may be absent: `Option` and `Patch`
    const OPTIONAL: bool = false;

    /// The name in the document, also inside the name of a generic type: `Page_UserOut`
    fn name() -> Cow<'static, str> {
        Cow::Owned(generator::plain_name(std::any::type_name::<Self>()))
    }

    /// The JSON Schema (2020-12) of the type under `rules`
    ///
    /// Named types register themselves as a component and answer a `$ref`.
    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema;

    /// Whether a value that serde has accepted keeps the rules, its own and those of everything inside
    fn check(&self, rules: &Rules) -> bool;

    /// Does to the texts inside what their fields declare (`trim`, `lowercase`, …); runs before [`check`](Self::check)
    #[inline]
    fn sanitize(&mut self, _rules: &Rules) {}

    /// What [`sanitize`](Self::sanitize) does to a text or to a newtype around one under `rules`
    ///
    /// Sets ask it, which must be built again where an item changes. What the fields of a struct declare is not told.
    #[inline]
    fn sanitizing(_rules: &Rules) -> Sanitize {
        Sanitize::NONE
    }

    /// How many items the sets inside hold; fewer than they were given means that one was dropped
    #[inline]
    fn set_items(&self) -> usize {
        0
    }

    /// Reports everything that is wrong with `value`; nothing reported means nothing found
    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis);

    /// Masks what must not be echoed in an error: secrets, also deep inside
    ///
    /// `value` may have any shape: where it is not the type's own, mask all of it if secrets could be inside.
    fn redact(_value: &mut Value) {}

    /// Names the async validators of the type and of everything inside; asked when the app is built
    fn async_validators(_validators: &mut AsyncValidators) {}

    /// Hands the value, and everything inside, to the async validators that
    /// [`async_validators`](Self::async_validators) names
    fn check_async<'v>(&'v self, _checks: &mut AsyncChecks<'v, '_>) {}

    /// Whether a secret is somewhere inside; `trail` holds the models on the way, so that recursive ones end
    fn holds_secret(_trail: &mut Vec<&'static str>) -> bool {
        false
    }
}

/// A type that is written as one piece of text in a path, a query, a header, a cookie or a form field
pub trait Scalar: Schema {
    /// Reads the value from text
    ///
    /// # Errors
    /// The issue in pydantic's words; `rules` are not checked here.
    fn parse(text: &str) -> Result<Self, Issue>;
}
