//! One validation error with its place, as pydantic writes it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::schema::Issue;

/// One step of a location: a field's name or an index
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Segment {
    /// A source (`body`, `query`, …) or a field
    Field(Cow<'static, str>),
    /// A place in a list, or in malformed JSON the byte
    Index(usize),
}

impl From<&'static str> for Segment {
    fn from(name: &'static str) -> Self {
        Self::Field(Cow::Borrowed(name))
    }
}

impl From<String> for Segment {
    fn from(name: String) -> Self {
        Self::Field(Cow::Owned(name))
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// Where a value was: `["body", "tags", 2]`
pub type Location = Vec<Segment>;

/// One entry of a 422
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValidationError {
    /// The code, such as `missing`
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// Where: the source, then fields and indexes
    pub loc: Location,
    /// A sentence for people
    pub msg: Cow<'static, str>,
    /// What was sent, with secrets masked
    pub input: Value,
    /// The figures in the message
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Map<String, Value>>,
}

impl ValidationError {
    /// An issue at a place
    pub fn new(loc: Location, issue: Issue, input: Value) -> Self {
        Self { kind: issue.kind, loc, msg: issue.message, input, ctx: issue.context.map(|context| *context) }
    }
}
