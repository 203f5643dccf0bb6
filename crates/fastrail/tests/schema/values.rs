//! Random JSON for the zoo: near the bounds of its kinds, and of every other type.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Values near every bound of the zoo, and values of every other type
pub(super) fn value() -> impl Strategy<Value = Value> {
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
        "127.0.0.1",
        "127.0.0.01",
        "::1",
        "::1%eth0",
        "fe80::1:2",
        "PT1H30M",
        "P1W",
        "P1Y2D",
        "P",
        "PT0.5S",
        "P1DT",
        "-P1D",
        "aGk=",
        "aGl=",
        "aGk",
        "aGVs",
        "QQ==",
        "a\nb",
        "12.34",
        "123.4",
        "1.234",
        "1.2000",
        "https://a.example",
        "ftp://a.example",
        "point",
        "even",
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
pub(super) fn object(fields: Vec<(&'static str, Vec<Value>)>) -> impl Strategy<Value = Value> {
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
