//! The visitors between serde_json and a type's own: one for each way in which a type can be asked for.

use std::fmt;

use serde::Deserializer;
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{EnumAccess, Error, MapAccess, SeqAccess, Visitor};

use super::access::{Fields, Items, TaggedVariant};
use super::adapter::Strict;
use super::context::Context;
use super::keys::Entries;
use crate::schema::grammar::{self, Grammar};

macro_rules! forward {
    ($($method:ident $type:ty),*) => {$(
        #[inline]
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )*};
}

macro_rules! forward_inner {
    ($($method:ident $type:ty),*) => {$(
        #[inline]
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )*};
}

macro_rules! expecting {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.visitor.expecting(f)
        }
    };
}

macro_rules! nested {
    () => {
        forward! {
            visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64,
            visit_str &str, visit_borrowed_str &'de str, visit_string String,
            visit_bytes &[u8], visit_borrowed_bytes &'de [u8], visit_byte_buf Vec<u8>
        }

        #[inline]
        fn visit_none<E: Error>(self) -> Result<V::Value, E> {
            self.visitor.visit_none()
        }

        #[inline]
        fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
            self.visitor.visit_unit()
        }

        #[inline]
        fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
            self.visitor.visit_some(Strict::new(inner, self.context))
        }

        #[inline]
        fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
            self.visitor.visit_newtype_struct(Strict::new(inner, self.context))
        }

        #[inline]
        fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
            let context = self.context.deeper()?;
            self.visitor.visit_seq(Items { inner, of_set: grammar::is_set::<V::Value>(), context })
        }

        #[inline]
        fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
            let context = self.context.deeper()?;
            self.visitor.visit_map(Entries::new(inner, context))
        }
    };
}

/// Anything that can hold something else
pub(super) struct Nested<'c, V> {
    pub(super) visitor: V,
    pub(super) context: Context<'c>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Nested<'_, V> {
    type Value = V::Value;
    expecting!();
    nested!();
}

/// A struct, whose repeated keys serde's derive refuses by itself
pub(super) struct Struct<'c, V> {
    pub(super) visitor: V,
    pub(super) context: Context<'c>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Struct<'_, V> {
    type Value = V::Value;
    expecting!();

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let context = self.context.deeper()?;
        self.visitor.visit_map(Fields { inner, context })
    }
}

/// An integer, also where it is written with a fraction of zero; anything else as it is
pub(super) struct Integer<V>(pub(super) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Integer<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.0.visit_i64(value)
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.0.visit_u64(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        const I64_MIN: f64 = -9_223_372_036_854_775_808.0;
        const U64_END: f64 = 18_446_744_073_709_551_616.0;
        if value.fract() != 0.0 || !(I64_MIN..U64_END).contains(&value) {
            return self.0.visit_f64(value);
        }
        if value < 0.0 { self.0.visit_i64(value as i64) } else { self.0.visit_u64(value as u64) }
    }

    forward_inner! {
        visit_bool bool, visit_str &str, visit_borrowed_str &'de str, visit_string String,
        visit_bytes &[u8], visit_borrowed_bytes &'de [u8], visit_byte_buf Vec<u8>
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(inner)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(inner)
    }
}

/// A text that must keep a grammar
pub(super) struct Checked<V> {
    pub(super) visitor: V,
    pub(super) grammar: Grammar,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Checked<V> {
    type Value = V::Value;
    expecting!();

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        if (self.grammar)(text) { self.visitor.visit_str(text) } else { Err(E::custom("malformed text")) }
    }
}

/// An enum: a string for a variant without data; an object for one with data, which only types with a `Schema` written
/// by hand have
pub(super) struct Enumerated<'c, V> {
    pub(super) visitor: V,
    pub(super) context: Context<'c>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Enumerated<'_, V> {
    type Value = V::Value;
    expecting!();

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        self.visitor.visit_enum(StrDeserializer::new(text))
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<V::Value, E> {
        self.visitor.visit_enum(BorrowedStrDeserializer::new(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let context = self.context.deeper()?;
        self.visitor.visit_enum(TaggedVariant { inner: Fields { inner, context } })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(access)
    }
}
