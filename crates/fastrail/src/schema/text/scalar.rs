//! The deserializer of one piece of text: a parameter's value, or the key of a JSON object.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{Error, Visitor};
use serde::forward_to_deserialize_any;

use crate::schema::{Issue, grammar, types};

/// One piece of text, read in the grammar of the type that asks
pub(crate) struct Scalar<'t, E> {
    text: Cow<'t, str>,
    error: PhantomData<E>,
}

impl<'t, E> Scalar<'t, E> {
    pub(crate) fn new(text: Cow<'t, str>) -> Self {
        Self { text, error: PhantomData }
    }

    pub(crate) fn borrowed(text: &'t str) -> Self {
        Self::new(Cow::Borrowed(text))
    }
}

fn failed<E: Error>(issue: Issue) -> E {
    E::custom(issue.message)
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            let number = types::parse_integer(&self.text).map_err(failed)?;
            match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, Ok(number)) => visitor.visit_u64(number),
                _ => Err(E::custom("the integer is out of range")),
            }
        }
    )*};
}

macro_rules! floats {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            visitor.visit_f64(types::parse_float(&self.text).map_err(failed)?)
        }
    )*};
}

impl<'de, E: Error> Deserializer<'de> for Scalar<'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if grammar::is_decimal::<V::Value>() && !grammar::DECIMAL(&self.text) {
            return Err(E::custom("malformed decimal"));
        }
        if let Some(grammar) = grammar::of::<V::Value>()
            && !grammar(&self.text)
        {
            return Err(E::custom("malformed text"));
        }
        match self.text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i128 deserialize_u128
    }

    floats!(deserialize_f32 deserialize_f64);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_bool(types::parse_bool(&self.text).map_err(failed)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match &self.text {
            Cow::Borrowed(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Cow::Owned(text) => visitor.visit_enum(StrDeserializer::new(text)),
        }
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}
