//! The walk over a value that finds what its async validators must check, and over its type that finds them.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::erased::{DynValidator, ValidatorState, erased};
use super::{AsyncValidator, Checked};
use crate::error::{Error, Location, Segment};
use crate::schema::model::{self, Tagging};
use crate::schema::{Diagnosis, Issue, KeyStyle, Schema};

/// The async validators of a type and of what is inside it; `#[derive(Schema)]` adds them
#[derive(Default)]
pub struct AsyncValidators {
    trail: Vec<&'static str>,
    found: Vec<DynValidator>,
}

impl AsyncValidators {
    /// Those of type `T`, each once
    pub(crate) fn of<T: Schema>() -> Vec<DynValidator> {
        let mut validators = Self::default();
        T::async_validators(&mut validators);
        validators.found
    }

    /// Whether type `T` has not been looked into yet
    pub fn enter<T>(&mut self) -> bool {
        model::enter::<T>(&mut self.trail)
    }

    /// Adds a validator
    pub fn add<V: AsyncValidator>(&mut self) {
        if !self.found.iter().any(|found| found.key() == TypeId::of::<V>()) {
            self.found.push(erased::<V>());
        }
    }
}

impl fmt::Debug for AsyncValidators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncValidators").field("found", &self.found.len()).finish_non_exhaustive()
    }
}

/// One step from a value to what is inside it
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A field, under one of its names
    Field(&'static [&'static str]),
    /// An item, or the content of a variant
    At(Segment),
    /// A variant whose name is in the place, but on no wire there
    Behind(&'static str),
    /// What has no place of its own: the item of a set, the value in a map
    Inside(usize),
}

impl Step {
    /// Goes the step in what was sent, and in its place
    pub(super) fn go<'v>(&self, sent: Option<&'v Value>, style: KeyStyle, place: &mut Location) -> Option<&'v Value> {
        match self {
            Self::Field(names) => {
                let object = sent.and_then(Value::as_object);
                let find = |name: &'static str| {
                    let found = object?.iter().find(|(key, _)| style.same(key, name))?;
                    Some((name, found.1))
                };
                let found = names.iter().find_map(|name| find(name));
                place.extend(found.map(|(name, _)| name).or(names.first().copied()).map(Segment::from));
                found.map(|(_, value)| value)
            }
            Self::At(segment) => {
                place.push(segment.clone());
                match segment {
                    Segment::Field(name) => sent?.get(name.as_ref()),
                    Segment::Index(index) => sent?.get(*index),
                }
            }
            Self::Behind(name) => {
                place.push(Segment::from(*name));
                sent
            }
            Self::Inside(_) => sent,
        }
    }
}

/// One value that waits for its check
pub(super) struct Check<'v> {
    /// From the argument to the value
    pub(super) steps: Vec<Step>,
    pub(super) outcome: BoxFuture<'v, Checked>,
    /// Reports an issue with a value of its type, whose secrets are masked
    pub(super) report: fn(&mut Diagnosis, Issue, &Value),
}

/// Collects the checks of one argument; `#[derive(Schema)]` walks it through the value
pub struct AsyncChecks<'v, 'p> {
    state: &'p ValidatorState,
    steps: Vec<Step>,
    checks: Vec<Check<'v>>,
}

impl<'v, 'p> AsyncChecks<'v, 'p> {
    /// The checks of `value`, in the order in which they run: those inside before those of the whole
    pub(super) fn of<T: Schema>(value: &'v T, state: &'p ValidatorState) -> Vec<Check<'v>> {
        let mut checks = Self { state, steps: Vec::new(), checks: Vec::new() };
        value.check_async(&mut checks);
        checks.checks
    }

    fn step(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        walk(self);
        self.steps.pop();
    }

    /// Walks into a field
    pub fn field(&mut self, names: &'static [&'static str], walk: impl FnOnce(&mut Self)) {
        self.step(Step::Field(names), walk);
    }

    /// Walks into an item of a list
    pub fn item(&mut self, index: usize, walk: impl FnOnce(&mut Self)) {
        self.step(Step::At(index.into()), walk);
    }

    /// Walks into what is told at the place of the whole: the item of a set, the value in a map
    pub fn inside(&mut self, index: usize, walk: impl FnOnce(&mut Self)) {
        self.step(Step::Inside(index), walk);
    }

    /// Walks into the variant of a union
    pub fn variant(&mut self, tagging: Tagging, name: &'static str, walk: impl FnOnce(&mut Self)) {
        match tagging {
            Tagging::External => self.step(Step::At(Segment::Field(Cow::Borrowed(name))), walk),
            Tagging::Internal(_) | Tagging::Untagged => self.step(Step::Behind(name), walk),
            Tagging::Adjacent(_, content) => self.step(Step::Behind(name), |checks| {
                checks.step(Step::At(Segment::Field(Cow::Borrowed(content))), walk);
            }),
        }
    }

    /// Hands a value of type `T` to validator `V`
    pub fn add<V: AsyncValidator, T: Schema>(&mut self, value: &'v V::Value) {
        let outcome: BoxFuture<'v, Checked> = match self.state.arguments::<V>() {
            Some(arguments) => Box::pin(V::check(value, arguments)),
            None => Box::pin(std::future::ready(Err(Error::internal(format_args!(
                "`{}` does not name its async validator in `Schema::async_validators`",
                std::any::type_name::<T>()
            ))))),
        };
        let report: fn(&mut Diagnosis, Issue, &Value) = |diagnosis, issue, sent| {
            let sent = diagnosis.scalar(sent);
            diagnosis.report::<T>(issue, sent);
        };
        self.checks.push(Check { steps: self.steps.clone(), outcome, report });
    }
}

impl fmt::Debug for AsyncChecks<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncChecks").field("steps", &self.steps).finish_non_exhaustive()
    }
}
