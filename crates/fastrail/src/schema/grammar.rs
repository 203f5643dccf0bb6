//! Narrows foreign types to what their schema says: their own `Deserialize` reads more.
//!
//! The visitor's value tells the type. `TypeId` would want `'static`; two type names that the same compiler wrote are
//! equal for equal types, and the comparison is gone after optimization.

use std::any::type_name;
use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::types;

/// What a text must look like to become a value of a type
pub(super) type Grammar = fn(&str) -> bool;

fn same<A, B>() -> bool {
    type_name::<A>() == type_name::<B>()
}

/// The grammar of values of type `T`, where the type reads more than it says
#[inline]
pub(super) fn of<T>() -> Option<Grammar> {
    if same::<T, Uuid>() {
        Some(types::is_hyphenated)
    } else if same::<T, DateTime<Utc>>() || same::<T, DateTime<FixedOffset>>() {
        Some(types::is_date_time)
    } else if same::<T, NaiveDate>() {
        Some(types::is_date)
    } else if same::<T, NaiveTime>() {
        Some(types::is_local_time)
    } else if same::<T, NaiveDateTime>() {
        Some(types::is_local_date_time)
    } else {
        None
    }
}

/// Whether values of type `T` are decimals: written as a string, though their `Deserialize` asks for anything
#[inline]
pub(super) fn is_decimal<T>() -> bool {
    same::<T, Decimal>()
}

/// Whether `T` is JSON as it came, which keeps `1.0` apart from `1`
#[inline]
pub(super) fn is_untyped<T>() -> bool {
    same::<T, serde_json::Value>()
}

/// Whether `T` is a set, which drops an item that it has already
#[inline]
pub(super) fn is_set<T>() -> bool {
    let begins_as = |example: &str| example.strip_suffix("()>").is_some_and(|set| type_name::<T>().starts_with(set));
    begins_as(type_name::<BTreeSet<()>>()) || begins_as(type_name::<HashSet<()>>())
}

/// The grammar of a decimal
pub(super) const DECIMAL: Grammar = types::is_decimal;
