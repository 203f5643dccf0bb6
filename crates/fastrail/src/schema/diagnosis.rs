//! The slow path's notebook: where we are in the value, and what has been found wrong so far.

use std::borrow::Cow;

use serde_json::Value;

use super::echo::{self, ECHO_BYTES};
use super::{Issue, Schema};
use crate::error::{Location, Segment, ValidationError};

/// How the value came in
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// JSON: every value has its own type
    Json,
    /// Query, headers, cookies and forms: an object of lists of strings. A scalar reads the last one, a list all.
    Text,
}

/// How a key that was sent is held against a field's name
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStyle {
    /// As it is
    Exact,
    /// A header: in any case, and `x-token` is the field `x_token`
    Header,
}

impl KeyStyle {
    /// Whether `key` means the field `name`
    pub fn same(self, key: &str, name: &str) -> bool {
        match self {
            Self::Exact => key == name,
            Self::Header => {
                let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
                key.len() == name.len() && key.bytes().map(plain).eq(name.bytes().map(plain))
            }
        }
    }
}

/// Collects every error of one value, each with its place
#[derive(Debug)]
pub struct Diagnosis {
    mode: Mode,
    location: Location,
    key_style: KeyStyle,
    errors: Vec<ValidationError>,
    limit: usize,
    echo_bytes: usize,
    echo_left: usize,
    /// Keys of this very object that a union has read already
    read: Vec<&'static str>,
}

impl Diagnosis {
    /// Starts at `location` (such as `["body"]`) and stops collecting after `limit` errors
    pub fn new(mode: Mode, location: Location, limit: usize) -> Self {
        let key_style = KeyStyle::Exact;
        Self {
            mode,
            location,
            key_style,
            errors: Vec::new(),
            limit,
            echo_bytes: ECHO_BYTES,
            echo_left: ECHO_BYTES * 16,
            read: Vec::new(),
        }
    }

    /// Echoes about `bytes` of JSON an error at most, and sixteen times that in all; more is cut with `…`
    #[must_use]
    pub fn echoing(mut self, bytes: usize) -> Self {
        self.echo_bytes = bytes;
        self.echo_left = bytes.saturating_mul(16);
        self
    }

    /// Reads the keys of the outermost object in another style
    #[must_use]
    pub fn with_keys(mut self, style: KeyStyle) -> Self {
        self.key_style = style;
        self
    }

    /// How the keys are read
    pub fn key_style(&self) -> KeyStyle {
        self.key_style
    }

    /// How the value came in
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether no further error will be kept, so that a walk may stop
    pub fn is_full(&self) -> bool {
        self.errors.len() >= self.limit
    }

    /// Whether nothing has been found
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// How many errors have been found
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// Whether nothing has been found
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Runs `walk` one step deeper, at a field or an index
    pub fn at<R>(&mut self, segment: impl Into<Segment>, walk: impl FnOnce(&mut Self) -> R) -> R {
        self.location.push(segment.into());
        let read = std::mem::take(&mut self.read);
        let result = walk(self);
        self.read = read;
        self.location.pop();
        result
    }

    /// Runs `walk` on the same value behind one more step: the variant of a union, which is on no wire there
    pub(super) fn behind(&mut self, name: &'static str, walk: impl FnOnce(&mut Self)) {
        self.location.push(name.into());
        walk(self);
        self.location.pop();
    }

    /// Runs `walk` on the same object without its key `tag`, which a union has read
    pub(super) fn without(&mut self, tag: &'static str, walk: impl FnOnce(&mut Self)) {
        self.read.push(tag);
        walk(self);
        self.read.pop();
    }

    /// Whether a union around has read this key of the object
    pub(super) fn has_read(&self, key: &str) -> bool {
        self.read.contains(&key)
    }

    /// The keys of this very object that unions around have read
    pub(super) fn read_keys(&self) -> Vec<&'static str> {
        self.read.clone() // empty, and so without an allocation, outside unions
    }

    /// What `walk` finds wrong, without noting it
    pub(super) fn attempt(&mut self, walk: impl FnOnce(&mut Self)) -> Vec<ValidationError> {
        let outer = std::mem::take(&mut self.errors);
        walk(self);
        std::mem::replace(&mut self.errors, outer)
    }

    /// Notes what an attempt has found
    pub(super) fn note(&mut self, found: Vec<ValidationError>) {
        let room = self.limit.saturating_sub(self.errors.len());
        self.errors.extend(found.into_iter().take(room));
    }

    /// Runs `walk` in another mode: the keys of a JSON object are text
    pub(super) fn reading<R>(&mut self, mode: Mode, walk: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.mode, mode);
        let result = walk(self);
        self.mode = outer;
        result
    }

    /// What a scalar reads: in text the last of the values that were sent
    pub fn scalar<'v>(&self, value: &'v Value) -> &'v Value {
        match (self.mode, value) {
            (Mode::Text, Value::Array(values)) => values.last().unwrap_or(&Value::Null),
            _ => value,
        }
    }

    /// Reports an issue with a value of type `T`, whose secrets are masked in the echo
    pub fn report<T: Schema>(&mut self, issue: Issue, input: &Value) {
        if self.is_full() {
            return;
        }
        let budget = self.echo_bytes.min(self.echo_left);
        let (mut input, used) = echo::shorten(input, budget);
        self.echo_left -= used.min(self.echo_left);
        T::redact(&mut input);
        let mut location = self.location.clone();
        if let Some(field) = &issue.field {
            input = input.get(field.as_ref()).cloned().unwrap_or(Value::Null);
            location.push(match field.clone() {
                Cow::Borrowed(field) => field.into(),
                Cow::Owned(field) => field.into(),
            });
        }
        self.errors.push(ValidationError::new(location, issue, input));
    }

    /// Reports an issue without echoing anything
    pub fn report_silently(&mut self, issue: Issue) {
        if !self.is_full() {
            self.errors.push(ValidationError::new(self.location.clone(), issue, Value::Null));
        }
    }

    /// What was found, in the order of the walk
    pub fn into_errors(self) -> Vec<ValidationError> {
        self.errors
    }
}
