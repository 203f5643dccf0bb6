//! Documented ≡ enforced: an independent JSON Schema validator and our own verdict agree on random boundary values.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use fastrail::schema::{Email, Generator, Patch, Rules, Schema};
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::read_under;

fn validator<T: Schema>() -> jsonschema::Validator {
    let mut generator = Generator::default();
    let mut schema = T::schema(&Rules::NONE, &mut generator).into_value();
    schema["components"] = json!({"schemas": generator.into_components()});
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

#[track_caller]
fn agree<T: Schema + DeserializeOwned>(validator: &jsonschema::Validator, value: &Value) {
    let ours = read_under::<T>(value, &Rules::NONE);
    let theirs = validator.validate(value);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "{value}\nours: {:?}\ntheirs: {:?}", ours.err(), theirs.err());
}

/// Values near every bound of the zoo, and values of every other type
fn value() -> impl Strategy<Value = Value> {
    let numbers = select(vec![
        json!(-4),
        json!(-3),
        json!(-1),
        json!(0),
        json!(-0.0),
        json!(1),
        json!(2.0),
        json!(2.5),
        json!(3),
        json!(4),
        json!(5),
        json!(10),
        json!(10.5),
        json!(10.49),
        json!(127),
        json!(128),
        json!(-128),
        json!(-129),
        json!(255),
        json!(256),
        json!(65535),
        json!(65536),
        json!(4294967295_u64),
        json!(4294967296_u64),
        json!(1e300),
        json!(-1e300),
        json!(0.1),
        json!(0.5),
        json!(3.4e38),
        json!(3.5e38),
    ]);
    let texts = select(vec![
        "",
        "a",
        "ab",
        "abc",
        "abcd",
        "ääää",
        "ääääää",
        "Abc",
        "red",
        "dark-blue",
        "DarkBlue",
        "true",
        "1",
        "0",
        "-1",
        "1.0",
        "0.00",
        "-0",
        "-0.0",
        "0.01",
        "1.005",
        "+1",
        "01",
        "1e5",
        ".5",
        "5.",
        "9999999999999999999999999999",
        "99999999999999999999999999999",
        "0.0000000000000000000000000001",
        "0.00000000000000000000000000001",
        "-9.99",
        "10",
        "10.01",
        "9.99",
        "12345678901234567890.123456789",
        "12345678901234567890.1234567890",
        "018f4a3e-0000-7000-8000-000000000000",
        "018f4a3e000070008000000000000000",
        "018F4A3E-0000-7000-8000-00000000000g",
        "2024-02-29",
        "2023-02-29",
        "2024-1-1",
        "2024-01-01T10:00:00",
        "2024-01-01T10:00:00Z",
        "2024-01-01t10:00:00.25+02:00",
        "2024-01-01T25:00:00Z",
        "2024-01-01T10:00Z",
        "10:00:00",
        "10:00",
        "10:00:00.5",
        "23:59:60",
        "24:00:00",
        "ada@example.com",
        "ada@localhost",
        "ada",
        "@",
        "a b@example.com",
        "x@y.example\n",
    ])
    .prop_map(Value::from);
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        4 => numbers,
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Value::from),
        1 => "[a-c0-9.-]{0,6}".prop_map(Value::from),
        6 => texts,
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c]{1,2}|1", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// An object with some of these fields, each well-formed as often as not
fn object(fields: Vec<(&'static str, Vec<Value>)>) -> impl Strategy<Value = Value> {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, good)| {
            prop_oneof![
                6 => select(good).prop_map(Some),
                1 => value().prop_map(Some),
                1 => Just(None),
            ]
            .prop_map(move |value| value.map(|value| (name.to_owned(), value)))
        })
        .collect();
    (fields, prop_oneof![9 => Just(None), 1 => value().prop_map(|value| Some(("zz".to_owned(), value)))])
        .prop_map(|(fields, extra)| Value::Object(fields.into_iter().flatten().chain(extra).collect()))
}

macro_rules! animals {
    ($($name:ident: $type:ty;)*) => {$(
        #[test]
        fn $name() {
            let validator = validator::<$type>();
            proptest!(ProptestConfig::with_cases(600), |(value in value())| {
                agree::<$type>(&validator, &value);
            });
        }
    )*};
}

animals! {
    signed_bytes: i8;
    bytes: u8;
    integers: i64;
    big_integers: u64;
    floats: f64;
    small_floats: f32;
    booleans: bool;
    texts: String;
    characters: char;
    decimals: Decimal;
    uuids: Uuid;
    dates: NaiveDate;
    times: NaiveTime;
    local_moments: NaiveDateTime;
    moments: DateTime<Utc>;
    lists: Vec<Option<i64>>;
    sets: BTreeSet<String>;
    maps: BTreeMap<String, u8>;
    colours: Colour;
    prices: Wrapped<Price>;
    losses: Wrapped<Loss>;
    positives: Wrapped<NotNegative>;
    debts: Wrapped<NotPositive>;
    names: Wrapped<Name>;
    bounded_lists: Wrapped<Bounded>;
    steps: Wrapped<Step>;
}

/// Makes a bare value a field's value, so that the field's rules apply
#[derive(Debug, Deserialize, Schema)]
#[serde(transparent)]
struct Wrapped<T> {
    #[allow(dead_code)]
    inner: T,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Price(#[schema(gt = 0)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct NotNegative(#[schema(ge = 0)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Loss(#[schema(lt = 0)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct NotPositive(#[schema(le = 0)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Name(#[schema(min_length = 2, max_length = 4, pattern = "^[a-zä]+$")] String);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Bounded(#[schema(min_items = 1, max_items = 2, ge = -3, lt = 10.5)] Vec<f64>);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Step(#[schema(multiple_of = 5, gt = -129, le = 1000)] i16);

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    Red,
    DarkBlue,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Animal {
    name: Name,
    #[serde(default)]
    legs: u8,
    price: Option<Price>,
    #[schema(max_items = 2, max_length = 3)]
    tags: BTreeSet<String>,
    colour: Colour,
    #[serde(default)]
    note: Patch<Option<String>>,
    born: Option<NaiveDate>,
    young: Option<Box<Animal>>,
    #[schema(max_items = 1, ge = 0)]
    #[serde(default)]
    counts: BTreeMap<String, i64>,
    #[serde(default)]
    mail: Patch<Email>,
}

fn animal() -> impl Strategy<Value = Value> {
    let fields = || {
        vec![
            ("name", vec![json!("abc"), json!("ä"), json!("abcd")]),
            ("legs", vec![json!(0), json!(4), json!(255), json!(2.0)]),
            ("price", vec![json!("0.01"), json!(null), json!("9.99")]),
            ("tags", vec![json!([]), json!(["a", "b"]), json!(["a", "a"]), json!(["abcd"]), json!(["a", "b", "c"])]),
            ("colour", vec![json!("red"), json!("dark-blue")]),
            ("note", vec![json!(null), json!("x")]),
            ("born", vec![json!(null), json!("2024-02-29")]),
            ("young", vec![json!(null), json!({"name": "ab", "tags": [], "colour": "red"}), json!({"name": "ab"})]),
            ("counts", vec![json!({}), json!({"a": 1}), json!({"a": -1}), json!({"a": 1, "b": 2})]),
            ("mail", vec![json!("ada@example.com")]),
        ]
    };
    object(fields())
}

#[test]
fn animals() {
    let validator = validator::<Animal>();
    let accepted = Cell::new(0);
    proptest!(ProptestConfig::with_cases(4000), |(value in animal())| {
        accepted.set(accepted.get() + usize::from(validator.is_valid(&value)));
        agree::<Animal>(&validator, &value);
    });
    assert!(accepted.get() > 40, "only {} animals were valid", accepted.get());
}
