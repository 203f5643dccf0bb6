//! What is inside a list, a struct and a variant: each value is read strictly again.

use serde::Deserializer;
use serde::de::{DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor};

use super::adapter::Strict;
use super::context::Context;

/// Reads a value inside another
pub(super) struct Seed<'c, S> {
    pub(super) seed: S,
    pub(super) context: Context<'c>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.seed.deserialize(Strict::new(deserializer, self.context))
    }
}

/// The items of a list
pub(super) struct Items<'c, A> {
    pub(super) inner: A,
    /// Whether a set takes them
    pub(super) of_set: bool,
    pub(super) context: Context<'c>,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let item = self.inner.next_element_seed(Seed { seed, context: self.context })?;
        if self.of_set && item.is_some() {
            self.context.count_set_item();
        }
        Ok(item)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The fields of a struct, whose names need no care
pub(super) struct Fields<'c, A> {
    pub(super) inner: A,
    pub(super) context: Context<'c>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(seed)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(Seed { seed, context: self.context })
    }
}

/// A variant with data: an object of one entry
pub(super) struct TaggedVariant<'c, A> {
    pub(super) inner: Fields<'c, A>,
}

impl<'de, A: MapAccess<'de>> TaggedVariant<'_, A> {
    fn value<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, A::Error> {
        let value = self.inner.next_value_seed(seed)?;
        match self.inner.next_key::<serde::de::IgnoredAny>()? {
            Some(_) => Err(A::Error::custom("a variant is an object of one entry")),
            None => Ok(value),
        }
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for TaggedVariant<'_, A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self), A::Error> {
        match self.inner.next_key_seed(seed)? {
            Some(name) => Ok((name, self)),
            None => Err(A::Error::invalid_type(Unexpected::Map, &"a variant")),
        }
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for TaggedVariant<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::invalid_type(Unexpected::Map, &"a string"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.value(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.value(Shape { visitor, tuple: Some(len) })
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        self.value(Shape { visitor, tuple: None })
    }
}

/// The data of a variant: a list where it is a tuple, else an object
struct Shape<V> {
    visitor: V,
    tuple: Option<usize>,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Shape<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.tuple {
            Some(len) => deserializer.deserialize_tuple(len, self.visitor),
            None => deserializer.deserialize_struct("", &[], self.visitor),
        }
    }
}
