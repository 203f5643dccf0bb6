//! The deserializer of a whole group of parameters.

use std::cell::Cell;

use serde::Deserializer;
use serde::de::value::{BorrowedStrDeserializer, Error};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{Pairs, Scalar};
use crate::schema::{KeyStyle, grammar};

/// All pairs of one source
#[derive(Clone, Copy)]
pub(super) struct Group<'p> {
    pub(super) pairs: &'p Pairs<'p>,
    pub(super) style: KeyStyle,
    pub(super) set_items: &'p Cell<usize>,
}

impl<'de> Deserializer<'de> for Group<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a group of parameters is a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields { group: self, fields, next: 0, read: 0, current: None })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

/// Each field that was sent, once, and each key that is no field
struct Fields<'p> {
    group: Group<'p>,
    fields: &'static [&'static str],
    next: usize,
    /// A bit for each of the first 128 fields that has been read
    read: u128,
    current: Option<&'static str>,
}

impl Fields<'_> {
    /// Whether field `index`, which pair `at` names, has been read
    fn is_repeated(&mut self, index: usize, at: usize) -> bool {
        let Some(bit) = u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index)) else {
            let name = self.fields[index];
            return self.group.pairs[..at].iter().any(|(key, _)| self.group.style.same(key, name));
        };
        let repeated = self.read & bit != 0;
        self.read |= bit;
        repeated
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        while let Some((key, _)) = self.group.pairs.get(self.next) {
            let at = self.next;
            self.next += 1;
            match self.fields.iter().position(|name| self.group.style.same(key, name)) {
                Some(index) if self.is_repeated(index, at) => {}
                Some(index) => {
                    let name = self.fields[index];
                    self.current = Some(name);
                    return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
                }
                None => {
                    self.current = None;
                    return seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.current {
            Some(name) => seed.deserialize(Field { group: self.group, name }),
            None => seed.deserialize(Scalar::borrowed("")), // ignored, or refused by its key
        }
    }
}

/// The values that were sent for one field
pub(super) struct Field<'p> {
    pub(super) group: Group<'p>,
    pub(super) name: &'static str,
}

impl<'p> Field<'p> {
    fn last(&self) -> Scalar<'p, Error> {
        let last = self.group.pairs.iter().rev().find(|(key, _)| self.group.style.same(key, self.name));
        Scalar::borrowed(last.map_or("", |(_, value)| value))
    }
}

macro_rules! last_value {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.last().$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = Error;

    last_value! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i128 deserialize_u128
        deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Values { field: self, next: 0, of_set: grammar::is_set::<V::Value>() })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        let sent = self.group.pairs.iter().filter(|(key, _)| self.group.style.same(key, self.name)).count();
        if sent != len {
            return Err(Error::custom("not as many values as asked for"));
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.last().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bytes byte_buf unit unit_struct tuple_struct map struct
    }
}

/// All values of one field, in order
struct Values<'p> {
    field: Field<'p>,
    next: usize,
    of_set: bool,
}

impl<'de> SeqAccess<'de> for Values<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        while let Some((key, value)) = self.field.group.pairs.get(self.next) {
            self.next += 1;
            if self.field.group.style.same(key, self.field.name) {
                let set_items = self.field.group.set_items;
                set_items.set(set_items.get() + usize::from(self.of_set));
                return seed.deserialize(Scalar::borrowed(value)).map(Some);
            }
        }
        Ok(None)
    }
}
