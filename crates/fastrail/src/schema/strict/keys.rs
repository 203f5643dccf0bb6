//! The entries of a map: keys are text in the grammar of their type, and no key comes twice.

use std::borrow::Cow;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};

use super::access::Seed;
use super::context::Context;
use crate::schema::text::Scalar;

/// serde_json's untyped value reads an object with this key as the JSON inside it
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// The entries of a map or of an untyped object
pub(super) struct Entries<'c, A> {
    inner: A,
    context: Context<'c>,
    seen: Seen,
}

impl<'c, A> Entries<'c, A> {
    #[inline]
    pub(super) fn new(inner: A, context: Context<'c>) -> Self {
        Self { inner, context, seen: Seen::default() }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Some(key) = self.inner.next_key_seed(Text)? else { return Ok(None) };
        if !self.seen.insert(&key) || key == RAW_VALUE {
            return Err(A::Error::custom("duplicate key"));
        }
        seed.deserialize(Scalar::<A::Error>::new(key)).map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(Seed { seed, context: self.context })
    }
}

/// The hashes of the keys so far: eight in place, more in a set
///
/// Randomly keyed, so that nobody can make two keys collide.
struct Seen {
    few: [u64; 8],
    count: usize,
    many: HashSet<u64>,
    hasher: RandomState,
}

impl Default for Seen {
    fn default() -> Self {
        Self { few: [0; 8], count: 0, many: HashSet::new(), hasher: RandomState::new() }
    }
}

impl Seen {
    fn insert(&mut self, key: &str) -> bool {
        let hash = self.hasher.hash_one(key);
        if self.few[..self.count].contains(&hash) {
            return false;
        }
        if self.count < self.few.len() {
            self.few[self.count] = hash;
            self.count += 1;
            return true;
        }
        self.many.insert(hash)
    }
}

/// Reads a key, borrowed where it has no escapes
pub(super) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    #[inline]
    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
