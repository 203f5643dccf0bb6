//! The slow path's notebook: where we are in the value, and what has been found wrong so far.

use serde_json::Value;

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

/// Collects every error of one value, each with its place
#[derive(Debug)]
pub struct Diagnosis {
    mode: Mode,
    location: Location,
    errors: Vec<ValidationError>,
    limit: usize,
}

impl Diagnosis {
    /// Starts at `location` (such as `["body"]`) and stops collecting after `limit` errors
    pub fn new(mode: Mode, location: Location, limit: usize) -> Self {
        Self { mode, location, errors: Vec::new(), limit }
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
        let result = walk(self);
        self.location.pop();
        result
    }

    /// Reports an issue with a value of type `T`, whose secrets are masked in the echo
    pub fn report<T: Schema>(&mut self, issue: Issue, input: &Value) {
        if self.is_full() {
            return;
        }
        let mut input = input.clone();
        T::redact(&mut input);
        self.errors.push(ValidationError::new(self.location.clone(), issue, input));
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
