//! Documented ≡ enforced: an independent JSON Schema validator and our own verdict agree on random boundary values.

#![allow(clippy::print_stdout)] // the figure is part of the proof

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use fastrail::schema::{Email, Generator, Patch, Rules, Schema};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::read_under;
use super::values::{object, value};

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

macro_rules! animals {
    ($($name:ident: $type:ty;)*) => {
        /// How many there are, and the fields of `Animal` besides
        const KINDS: &[&str] = &[$(stringify!($name)),*];
        $(
        #[test]
        fn $name() {
            let validator = validator::<$type>();
            proptest!(ProptestConfig::with_cases(400), |(value in value())| {
                agree::<$type>(&validator, &value);
            });
        }
        )*
    };
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
    shorts: i16;
    ints: i32;
    words: u16;
    double_words: u32;
    signed_sizes: isize;
    sizes: usize;
    wide: i128;
    wide_unsigned: u128;
    not_zero: std::num::NonZeroI32;
    counting: std::num::NonZeroU8;
    counting_64: std::num::NonZeroU64;
    anything: Value;
    boxed: Box<String>;
    maybe: Option<u8>;
    secrets: secrecy::SecretString;
    fixed_moments: DateTime<chrono::FixedOffset>;
    ipv4: std::net::Ipv4Addr;
    ipv6: std::net::Ipv6Addr;
    addresses: std::net::IpAddr;
    durations: fastrail::schema::IsoDuration;
    base64: fastrail::schema::Base64Bytes;
    arrays: [u8; 2];
    deques: std::collections::VecDeque<bool>;
    hash_sets: std::collections::HashSet<i64>;
    nested_sets: BTreeSet<BTreeSet<i64>>;
    hash_maps: std::collections::HashMap<String, Vec<i64>>;
    deep_maps: BTreeMap<String, BTreeMap<String, Option<bool>>>;
    money: Wrapped<Money>;
    cents: Wrapped<Cents>;
    few_digits: Wrapped<FewDigits>;
    unique_lists: Wrapped<Unique>;
    counted_maps: Wrapped<Counted>;
    plain_lines: Wrapped<Line>;
    long_names: Wrapped<LongName>;
    tenths: Wrapped<Tenth>;
    external: Outside;
    internal: Inside;
    adjacent: Beside;
    untagged: Without;
    lists_of_unions: Vec<Outside>;
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Money(#[schema(max_digits = 4, decimal_places = 2)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Cents(#[schema(decimal_places = 2, ge = 0)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct FewDigits(#[schema(max_digits = 3)] Decimal);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Unique(#[schema(unique_items, max_items = 3)] Vec<Value>);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Counted(#[schema(min_items = 1, max_items = 2)] BTreeMap<String, Value>);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Line(#[schema(no_control)] String);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct LongName(#[schema(min_length = 5)] String);
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Tenth(#[schema(ge = 0.5, lt = 10.5)] f64);

#[derive(Debug, Deserialize, Schema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
enum Outside {
    Point,
    A(#[schema(ge = 1)] i64),
    B { a: Option<String>, b: u8 },
    C(bool, f64),
}

#[derive(Debug, Deserialize, Schema)]
#[serde(tag = "kind", deny_unknown_fields)]
#[allow(dead_code)]
enum Inside {
    #[serde(rename = "point")]
    Point,
    #[serde(rename = "even")]
    Even { a: u8, b: Option<Decimal> },
    #[serde(rename = "1")]
    Known(Known),
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Known {
    #[serde(default)]
    a: BTreeSet<String>,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(tag = "kind", content = "c")]
#[allow(dead_code)]
enum Beside {
    #[serde(rename = "point")]
    Point,
    #[serde(rename = "even")]
    Even(#[schema(max_items = 2)] Vec<u8>),
    #[serde(rename = "1")]
    One { a: Option<i64> },
}

#[derive(Debug, Deserialize, Schema)]
#[serde(untagged)]
#[allow(dead_code)]
enum Without {
    Number(#[schema(ge = 0)] i64),
    Known(Known),
    List(Vec<Option<bool>>),
    Text(#[schema(max_length = 3)] String),
}

fn union_value() -> impl Strategy<Value = Value> {
    let tags = vec![json!("point"), json!("even"), json!("1"), json!("x")];
    prop_oneof![
        value(),
        object(vec![
            ("kind", tags),
            ("a", vec![json!(1), json!(1.0), json!(["a"]), json!(["a", "a"]), json!(null), json!(256)]),
            ("b", vec![json!("1.5"), json!(1.5), json!(null)]),
            ("c", vec![json!([1, 2.0]), json!([1, 2, 3]), json!({"a": 1}), json!({}), json!(null)]),
        ]),
        object(vec![("a", vec![json!(1), json!(["a"])])]),
        object(vec![("b", vec![json!({"b": 1}), json!({"a": 1, "b": 1}), json!({"a": null, "b": 2.0})])]),
        object(vec![("c", vec![json!([true, 1]), json!([true]), json!([true, 1, 2])])]),
    ]
}

#[test]
fn unions_agree_on_objects_of_their_form() {
    let validators = (validator::<Outside>(), validator::<Inside>(), validator::<Beside>(), validator::<Without>());
    proptest!(ProptestConfig::with_cases(4000), |(value in union_value())| {
        agree::<Outside>(&validators.0, &value);
        agree::<Inside>(&validators.1, &value);
        agree::<Beside>(&validators.2, &value);
        agree::<Without>(&validators.3, &value);
    });
}

#[test]
fn lawful_differences_are_as_listed() {
    for (mail, documented) in [("ada@localhost", true), ("ada@example.com", true), ("ada", false)] {
        assert_eq!(validator::<Email>().is_valid(&json!(mail)), documented, "{mail}");
    }
    assert!(read_under::<Email>(&json!("ada@localhost"), &Rules::NONE).is_err());
    assert!(validator::<String>().is_valid(&json!("\0")) && read_under::<String>(&json!("\0"), &Rules::NONE).is_err());
}

#[test]
fn the_zoo_has_at_least_sixty_kinds() {
    println!("{} field types and constraints agree with an independent validator, and a struct of 10", KINDS.len());
    assert!(KINDS.len() >= 60, "{}", KINDS.len());
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
