//! The deserializer around serde_json's: each request of a type is passed on in its strict form.

use serde::Deserializer;
use serde::de::Visitor;

use super::context::Context;
use super::skip::Skip;
use super::visitor::{Checked, Enumerated, Integer, Nested, Struct};
use crate::schema::grammar;

/// The strict form of deserializer `D`
pub(crate) struct Strict<'c, D> {
    inner: D,
    context: Context<'c>,
}

impl<'c, D> Strict<'c, D> {
    pub(super) fn new(inner: D, context: Context<'c>) -> Self {
        Self { inner, context }
    }
}

macro_rules! pass_on {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(visitor)
        }
    )*};
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(Integer(visitor))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
    type Error = D::Error;

    pass_on! {
        deserialize_bool deserialize_f32 deserialize_f64 deserialize_char deserialize_string
        deserialize_unit deserialize_identifier
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    /// 64 bits, which is what a JSON value carries: the slow path would see a wider number rounded
    #[inline]
    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_i64(Integer(visitor))
    }

    #[inline]
    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_u64(Integer(visitor))
    }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if grammar::is_decimal::<V::Value>() {
            return self.inner.deserialize_str(Checked { visitor, grammar: grammar::DECIMAL });
        }
        if grammar::is_untyped::<V::Value>() {
            return self.inner.deserialize_any(Nested { visitor, context: self.context });
        }
        // What serde buffers for a union is asked for an integer later, and then `1.0` is none.
        self.inner.deserialize_any(Integer(Nested { visitor, context: self.context }))
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match grammar::of::<V::Value>() {
            Some(grammar) => self.inner.deserialize_str(Checked { visitor, grammar }),
            None => self.inner.deserialize_str(visitor),
        }
    }

    #[inline]
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_bytes(Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_byte_buf(Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_option(Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_unit_struct(name, visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_newtype_struct(name, Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_seq(Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_tuple(len, Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_tuple_struct(name, len, Nested { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(Nested { visitor, context: self.context })
    }

    /// Asks for a map: asked for a struct, serde_json takes an array as well
    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(Struct { visitor, context: self.context })
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Enumerated { visitor, context: self.context })
    }

    /// serde_json would skip the value without counting its depth
    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Skip(self.context.depth()))?;
        visitor.visit_unit()
    }
}
