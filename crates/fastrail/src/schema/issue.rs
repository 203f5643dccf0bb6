//! One thing that is wrong with a value: pydantic's `type`, `msg` and `ctx`, without the place.
//!
//! Names and wording are pydantic's where pydantic has the case, so that clients of a FastAPI service need no change.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// What is wrong, without where
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// A stable code, such as `int_parsing`
    pub kind: Cow<'static, str>,
    /// A sentence for people
    pub message: Cow<'static, str>,
    /// The figures in the message, for programs
    pub context: Option<Box<Map<String, Value>>>,
    /// The field that is to blame, where a check of several fields names one
    pub field: Option<Cow<'static, str>>,
}

impl Issue {
    /// An issue with pydantic's code and wording
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: kind.into(), message: message.into(), context: None, field: None }
    }

    /// Adds a figure to `ctx`
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.context.get_or_insert_default().insert(key.to_owned(), value.into());
        self
    }

    /// Tells the issue at a field of the value that was checked: for the check of a whole struct
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// A required value is absent
    pub fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    /// A field that the model does not know, where unknown fields are refused
    pub fn extra_forbidden() -> Self {
        Self::new("extra_forbidden", "Extra inputs are not permitted")
    }

    /// A failure in words of its own, such as a custom validator's
    pub fn value_error(message: impl std::fmt::Display) -> Self {
        Self::new("value_error", format!("Value error, {message}")).with("error", message.to_string())
    }

    /// Bytes that are no UTF-8
    pub fn string_unicode() -> Self {
        Self::new("string_unicode", "Input should be a valid string, unable to parse raw data as a unicode string")
    }

    /// One of a closed set was expected: `expected` is `'a', 'b' or 'c'`
    pub fn one_of(values: &[&str]) -> Self {
        let quoted: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
        let expected = match quoted.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        };
        Self::new("enum", format!("Input should be {expected}")).with("expected", expected)
    }

    /// No tag where a union wants one; `discriminator` is such as `'kind'`
    pub fn union_tag_not_found(discriminator: &str) -> Self {
        Self::new("union_tag_not_found", format!("Unable to extract tag using discriminator {discriminator}"))
            .with("discriminator", discriminator)
    }

    /// A tag that the union does not know
    pub fn union_tag_invalid(discriminator: &str, tag: &str, expected: &[&str]) -> Self {
        const SHOWN: usize = 64;
        let tag = match tag.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &tag[..end]),
            None => tag.to_owned(),
        };
        let quoted: Vec<String> = expected.iter().map(|value| format!("'{value}'")).collect();
        let expected = quoted.join(", ");
        let message = format!(
            "Input tag '{tag}' found using {discriminator} does not match any of the expected tags: {expected}",
        );
        Self::new("union_tag_invalid", message)
            .with("discriminator", discriminator)
            .with("tag", tag)
            .with("expected_tags", expected)
    }
}

/// What a custom validator may return as its error: any text, which becomes pydantic's `value_error`, or an [`Issue`]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell what is wrong with a value",
    note = "return `Result<(), String>`, `Result<(), &'static str>` or `Result<(), fastrail::schema::Issue>`"
)]
pub trait IntoIssue {
    /// The error of the value
    fn into_issue(self) -> Issue;
}

impl<E: std::fmt::Display> IntoIssue for E {
    fn into_issue(self) -> Issue {
        Issue::value_error(self)
    }
}

impl IntoIssue for Issue {
    fn into_issue(self) -> Issue {
        self
    }
}
