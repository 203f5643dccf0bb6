//! `Lax<T>`: a value that JSON may also hold as text, as pydantic reads it by default.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::value::{BoolDeserializer, F64Deserializer, I64Deserializer, U64Deserializer};
use serde::de::{Error, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::schema::{Accepts, Class, Diagnosis, Generator, JsonSchema, Mode, Rules, Scalar, Schema};

/// A number or a boolean that a JSON body may also hold as text: `35.4` or `"35.4"`
///
/// JSON is read strictly otherwise. This is for clients that were made for FastAPI, whose models are lax by default. The
/// text has the grammar of a parameter, and the rules count for what it means.
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::schema::Lax;
///
/// #[derive(Deserialize, Schema)]
/// struct Item {
///     #[schema(gt = 0)]
///     price: Lax<f64>,
/// }
///
/// #[post("/items")]
/// async fn create_item(item: Item) -> f64 {
///     *item.price
/// }
///
/// #[fastrail::test]
/// async fn a_price_may_be_text() {
///     let client = TestClient::new(App::new("Shop", "1.0.0").include(routes![create_item])).await;
///     client.post("/items").json(json!({ "price": "35.4" })).await.assert_json(35.4);
///     client.post("/items").json(json!({ "price": "-1" })).await.assert_status(422);
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Lax<T>(pub T);

impl<T> Deref for Lax<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Lax<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<'de, T: Scalar + Deserialize<'de>> Deserialize<'de> for Lax<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData)).map(Self)
    }
}

/// Reads text as a parameter, and what JSON itself has as the type does
struct Either<T>(PhantomData<fn() -> T>);

impl<'de, T: Scalar + Deserialize<'de>> Visitor<'de> for Either<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a boolean, or one as text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).map_err(|issue| E::custom(issue.message))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        let value: BoolDeserializer<E> = value.into_deserializer();
        T::deserialize(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        let value: I64Deserializer<E> = value.into_deserializer();
        T::deserialize(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        let value: U64Deserializer<E> = value.into_deserializer();
        T::deserialize(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        let value: F64Deserializer<E> = value.into_deserializer();
        T::deserialize(value)
    }
}

impl<T: Scalar> Schema for Lax<T> {
    const CLASS: Class = T::CLASS;
    const ACCEPTS: Accepts = T::ACCEPTS;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema(rules: &Rules, generator: &mut Generator) -> JsonSchema {
        let strict = T::schema(rules, generator);
        let either = JsonSchema::any().with("anyOf", json!([strict, { "type": "string" }]));
        generator.worded(either, strict)
    }

    #[inline]
    fn check(&self, rules: &Rules) -> bool {
        self.0.check(rules)
    }

    fn diagnose(value: &Value, rules: &Rules, diagnosis: &mut Diagnosis) {
        match value {
            Value::String(_) => diagnosis.reading(Mode::Text, |diagnosis| T::diagnose(value, rules, diagnosis)),
            _ => T::diagnose(value, rules, diagnosis),
        }
    }

    fn redact(value: &mut Value) {
        T::redact(value);
    }

    fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
        T::holds_secret(trail)
    }
}
