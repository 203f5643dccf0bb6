//! `Patch<T>`: a field of a PATCH that may be absent. `Patch<Option<T>>` tells absent, `null` and a value apart.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::params::{AsyncChecks, AsyncValidators};
use crate::schema::{Accepts, Class, Diagnosis, Generator, JsonSchema, Rules, Sanitize, Schema};

/// A field that a client may leave out: RFC 7396, where absent means "keep" and `null` means "remove"
///
/// Give the field `#[serde(default)]`; without it the derive says so.
///
/// ```
/// use fastrail::schema::Patch;
///
/// #[derive(serde::Deserialize)]
/// struct ItemUpdate {
///     #[serde(default)]
///     name: Patch<String>,
///     #[serde(default)]
///     description: Patch<Option<String>>,
/// }
///
/// let update: ItemUpdate = serde_json::from_str(r#"{"description": null}"#).unwrap();
/// let mut name = "Fork".to_owned();
/// let mut description = Some("Steel".to_owned());
/// update.name.apply(&mut name);
/// update.description.apply(&mut description);
/// assert_eq!((name.as_str(), description), ("Fork", None));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patch<T> {
    /// The client did not send the field
    #[default]
    Absent,
    /// The client sent the field
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field was left out; for `#[serde(skip_serializing_if = "Patch::is_absent")]`
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the field was sent
    pub const fn is_set(&self) -> bool {
        matches!(self, Self::Set(_))
    }

    /// What was sent, if anything
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Set(value) => Some(value),
        }
    }

    /// What was sent, by reference
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// Puts what was sent through `convert`
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Set(value) => Patch::Set(convert(value)),
        }
    }

    /// Writes what was sent into `target`, and says whether something was
    pub fn apply(self, target: &mut T) -> bool {
        match self {
            Self::Absent => false,
            Self::Set(value) => {
                *target = value;
                true
            }
        }
    }

    /// What was sent, else `current`
    pub fn unwrap_or(self, current: T) -> T {
        self.into_option().unwrap_or(current)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Set)
    }
}

/// Asks for a newtype, since a missing field answers that with an error: asked for an option it would answer `None`,
/// and a forgotten `#[serde(default)]` would turn "absent" into `null` without a word
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sent<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Sent<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
                T::deserialize(deserializer)
            }
        }

        deserializer.deserialize_newtype_struct("Patch", Sent(PhantomData)).map(Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => Err(serde::ser::Error::custom(
                "an absent field has no JSON: add #[serde(skip_serializing_if = \"Patch::is_absent\")]",
            )),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<T: Schema> Schema for Patch<T> {
    const CLASS: Class = T::CLASS;
    const ITEMS: Option<Class> = T::ITEMS;
    const ACCEPTS: Accepts = T::ACCEPTS;
    const OPTIONAL: bool = true;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        T::schema(rules, generator)
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        match self {
            Self::Absent => true,
            Self::Set(value) => value.check(rules),
        }
    }

    #[inline]
    fn sanitize(&mut self, rules: &Rules) {
        if let Self::Set(value) = self {
            value.sanitize(rules);
        }
    }

    #[inline]
    fn sanitizing(rules: &Rules) -> Sanitize {
        T::sanitizing(rules)
    }

    #[inline]
    fn set_items(&self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Set(value) => value.set_items(),
        }
    }

    fn async_validators(validators: &mut AsyncValidators) {
        T::async_validators(validators);
    }

    fn check_async<'v>(&'v self, checks: &mut AsyncChecks<'v, '_>) {
        if let Self::Set(value) = self {
            value.check_async(checks);
        }
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        T::diagnose(value, rules, diagnosis);
    }

    fn redact(value: &mut Value) {
        T::redact(value);
    }

    fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
        T::holds_secret(trail)
    }
}
