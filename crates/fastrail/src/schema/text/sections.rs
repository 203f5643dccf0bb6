//! Texts in sections within sections, as settings are written: a struct inside the struct is a section.

use std::collections::BTreeMap;

use serde::Deserializer;
use serde::de::value::{BorrowedStrDeserializer, Error, MapDeserializer, SeqDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde_json::Value;

use super::Scalar;

/// What stands under a name
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    Text(String),
    Section(Section),
}

/// Texts and sections by their names
pub(crate) type Section = BTreeMap<String, Entry>;

/// The entry as the slow path reads it: a text is a list of one
pub(crate) fn to_value(section: &Section) -> Value {
    let values = section.iter().map(|(name, entry)| {
        let value = match entry {
            Entry::Text(text) => Value::Array(vec![text.as_str().into()]),
            Entry::Section(inner) => to_value(inner),
        };
        (name.clone(), value)
    });
    Value::Object(values.collect())
}

/// One entry, or the whole
#[derive(Clone, Copy)]
pub(super) enum Reader<'e> {
    Text(&'e str),
    Section(&'e Section),
}

impl<'e> Reader<'e> {
    fn of(entry: &'e Entry) -> Self {
        match entry {
            Entry::Text(text) => Self::Text(text),
            Entry::Section(section) => Self::Section(section),
        }
    }
}

impl<'de> IntoDeserializer<'de> for Reader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! by_shape {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self {
                Self::Text(text) => Scalar::borrowed(text).$method(visitor),
                Self::Section(_) => self.deserialize_map(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Error;

    by_shape! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => Scalar::borrowed(text).deserialize_map(visitor),
            Self::Section(section) => visitor.visit_map(MapDeserializer::new(
                section.iter().map(|(name, entry)| (BorrowedStrDeserializer::new(name), Self::of(entry))),
            )),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(std::iter::once(self)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => Scalar::borrowed(text).deserialize_enum(name, variants, visitor),
            Self::Section(_) => self.deserialize_map(visitor),
        }
    }
}
