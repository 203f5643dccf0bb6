//! JSON that serde_json alone would let pass, and JSON that is none.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fastrail::error::ValidationError;
use fastrail::schema::{Generator, Schema, ValidationLimits, validate_json};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::place;

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    #[serde(default)]
    count: i64,
    #[serde(default)]
    inner: Option<Box<Item>>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    more: BTreeMap<String, i64>,
    #[serde(default)]
    any: Value,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize, Schema)]
enum Kind {
    #[default]
    A,
    B,
}

fn read<T: Schema + serde::de::DeserializeOwned>(json: impl AsRef<[u8]>) -> Result<T, Vec<ValidationError>> {
    validate_json(json.as_ref(), &["body".into()], &ValidationLimits::default(), Generator::lossy::<T>())
}

fn error<T: Schema + serde::de::DeserializeOwned>(json: impl AsRef<[u8]>) -> (String, String) {
    let Err(errors) = read::<T>(json) else { panic!("the value was accepted") };
    assert_eq!(errors.len(), 1, "{errors:?}");
    place(&errors[0])
}

fn at(place: &str, kind: &str) -> (String, String) {
    (place.into(), kind.into())
}

#[test]
fn a_body_is_read_and_checked() {
    let item: Item =
        read(r#" {"name": "a\u00e4", "count": 2.0, "kind": "B", "inner": {"name": "b"}, "x": [1]} "#).unwrap();
    assert_eq!((item.name.as_str(), item.count, item.kind), ("aä", 2, Kind::B));
    assert_eq!(item.inner.unwrap().name, "b");
}

#[test]
fn a_struct_is_an_object_and_a_variant_a_string() {
    assert_eq!(error::<Item>(r#"["a", 1]"#), at("body", "model_attributes_type"));
    assert_eq!(error::<Item>(r#"{"name": "a", "inner": ["b"]}"#), at("body.inner", "model_attributes_type"));
    assert_eq!(error::<Item>(r#"{"name": "a", "kind": {"A": null}}"#), at("body.kind", "enum"));
}

#[test]
fn no_key_comes_twice() {
    assert_eq!(error::<Item>(r#"{"name": "a", "name": "b"}"#), at("body.name", "json_duplicate_key"));
    assert_eq!(error::<Item>(r#"{"name": "a", "more": {"x": 1, "x": 2}}"#), at("body.more.x", "json_duplicate_key"));
    assert_eq!(
        error::<Item>(r#"{"name": "a", "more": {"x": 1, "\u0078": 2}}"#),
        at("body.more.x", "json_duplicate_key")
    );
    assert_eq!(error::<Item>(r#"{"name": "a", "any": [{"x": 1, "x": 2}]}"#), at("body.any.0.x", "json_duplicate_key"));
    let many: String = (0..1000).map(|n| format!(r#""k{n}": {n},"#)).collect();
    assert_eq!(read::<HashMap<String, i64>>(format!(r#"{{{many} "z": 1}}"#)).unwrap().len(), 1001);
    assert_eq!(error::<HashMap<String, i64>>(format!(r#"{{{many} "k7": 1}}"#)), at("body.k7", "json_duplicate_key"));
}

#[test]
fn a_set_refuses_what_it_would_drop() {
    assert_eq!(read::<BTreeSet<i64>>("[1, 2]").unwrap().len(), 2);
    assert_eq!(error::<Vec<HashSet<i64>>>("[[1, 2], [1, 1]]"), at("body.1.1", "unique_items"));
    assert_eq!(error::<BTreeSet<BTreeSet<i64>>>("[[1], [1]]"), at("body.1", "unique_items"));
    let errors = read::<BTreeSet<i64>>("[1, 2, 1.0]").unwrap_err();
    assert_eq!(
        json!(errors),
        json!([{"type": "unique_items", "loc": ["body", 2], "msg": "Items should be unique, this repeats item 0",
                "input": 1.0, "ctx": {"first_index": 0}}])
    );
}

#[test]
fn a_default_set_does_not_hide_a_duplicate() {
    #[derive(Debug, Deserialize, Schema)]
    struct Tagged {
        #[serde(default = "one")]
        tags: BTreeSet<String>,
        more: HashSet<i64>,
    }
    fn one() -> BTreeSet<String> {
        BTreeSet::from(["new".to_owned()])
    }
    assert!(Generator::lossy::<Tagged>() && !Generator::lossy::<Item>());
    assert_eq!(error::<Tagged>(r#"{"more": [1, 1]}"#), at("body.more.1", "unique_items"));
    let tagged: Tagged = read(r#"{"more": [1]}"#).unwrap();
    assert_eq!((tagged.tags.len(), tagged.more.len()), (1, 1));
    let both = r#"{"tags": ["a"], "more": [1, 2]}"#;
    assert!(validate_json::<Tagged>(both.as_bytes(), &["body".into()], &ValidationLimits::default(), false).is_ok());
}

#[test]
fn depth_bombs_are_refused_known_unknown_and_untyped() {
    let bomb = |field: &str, open: &str, close: &str, levels: usize| {
        format!(r#"{{"name": "a", "{field}": {}1{}}}"#, open.repeat(levels), close.repeat(levels))
    };
    for field in ["any", "unknown", "inner"] {
        for (open, close) in [("[", "]"), (r#"{"inner":"#, "}"), (r#"{"name":"a","inner":"#, "}")] {
            let Err(errors) = read::<Item>(bomb(field, open, close, 10_000)) else { panic!("{field} {open}") };
            assert_eq!(errors[0].kind, "json_too_deep", "{field} {open}");
            assert!(errors[0].loc.len() <= 66);
        }
        assert!(read::<Item>(bomb(field, "[", "", 1_000_000)).is_err());
    }
    assert!(read::<Item>(bomb("any", "[", "]", 63)).is_ok());
    assert!(read::<Item>(bomb("unknown", "[", "]", 63)).is_ok());
    assert_eq!(
        read::<Item>(bomb("any", "[", "]", 64)).unwrap_err()[0].msg,
        "JSON input is nested deeper than 64 levels"
    );
    assert!(read::<Item>(bomb("unknown", "[", "]", 64)).is_err());
}

#[test]
fn malformed_json_names_the_byte() {
    let cases: [(&[u8], usize, &str); 9] = [
        (b"{name: 1}", 1, "Expecting property name enclosed in double quotes"),
        (b"{\"name\" 1}", 8, "Expecting ':' delimiter"),
        (b"{\n \"name\": }", 11, "Expecting value"),
        (b"{\"name\": \"a\" \"b\": 1}", 13, "Expecting ',' delimiter"),
        (b"{\"name\": \"a\"} x", 14, "Extra data"),
        (b"{\"name\": \"a", 11, "Unterminated string"),
        (b"{\"name\": ", 9, "Expecting value"),
        (b"", 0, "Expecting value"),
        (b"{\"name\": \"a\n\"}", 11, "Invalid control character"),
    ];
    for (bytes, offset, reason) in cases {
        assert_eq!(
            json!(read::<Item>(bytes).unwrap_err()),
            json!([{"type": "json_invalid", "loc": ["body", offset], "msg": "JSON decode error", "input": {},
                    "ctx": {"error": reason}}]),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
    for bytes in [&b"{\"name\": \"\xff\"}"[..], b"\xff\xfe", b"{\"x\": \"\xc3\"}", b"{\"name\": \"\\ud800\"}"] {
        assert_eq!(read::<Item>(bytes).unwrap_err()[0].kind, "json_invalid");
    }
}

#[test]
fn untyped_values_cannot_smuggle_json_in_a_string() {
    let smuggled = r#"{"name": "a", "any": {"$serde_json::private::RawValue": "{\"x\": 1, \"x\": 2}"}}"#;
    assert_eq!(read::<Item>(smuggled).unwrap_err()[0].kind, "value_error");
}

#[test]
fn echoes_and_errors_are_bounded() {
    #[derive(Debug, Deserialize, Schema)]
    #[allow(dead_code)]
    struct Wide {
        a: i64,
        b: i64,
        c: i64,
        d: i64,
    }
    let large = format!(r#"{{"x": "{}", "a": ["{}"], "y": 1}}"#, "ä".repeat(100_000), "b".repeat(100_000));
    let errors = read::<Wide>(&large).unwrap_err();
    assert_eq!(errors.len(), 4);
    for error in &errors {
        let echo = error.input.to_string();
        assert!(echo.len() < 5_000 && echo.contains('…'), "{}", echo.len());
    }
    let list = format!("[{}1]", "true,".repeat(10_000));
    let errors = read::<Vec<i64>>(&list).unwrap_err();
    assert_eq!(errors.len(), 100);
    let errors = read::<Vec<Wide>>(format!("[{large}{}]", format!(",{large}").repeat(30))).unwrap_err();
    assert!(json!(errors).to_string().len() < 100_000);
}

#[test]
fn what_only_serde_refuses_is_told_in_its_words() {
    #[derive(Debug, Serialize)]
    struct Even(i64);
    impl<'de> Deserialize<'de> for Even {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let n = i64::deserialize(deserializer)?;
            if n % 2 == 0 { Ok(Self(n)) } else { Err(serde::de::Error::custom("the number is odd")) }
        }
    }
    impl Schema for Even {
        const CLASS: fastrail::schema::Class = i64::CLASS;
        fn schema(rules: &fastrail::schema::Rules, generator: &mut Generator) -> fastrail::schema::JsonSchema {
            i64::schema(rules, generator)
        }
        fn check(&self, rules: &fastrail::schema::Rules) -> bool {
            self.0.check(rules)
        }
        fn diagnose(value: &Value, rules: &fastrail::schema::Rules, diagnosis: &mut fastrail::schema::Diagnosis) {
            i64::diagnose(value, rules, diagnosis);
        }
    }
    assert_eq!(
        json!(read::<Even>("3").unwrap_err()),
        json!([{"type": "value_error", "loc": ["body"], "msg": "Value error, the number is odd", "input": 3,
                "ctx": {"error": "the number is odd"}}])
    );
}

#[derive(Debug, Deserialize, Schema)]
struct Loose {
    #[schema(gt = 0)]
    price: fastrail::schema::Lax<f64>,
    count: Option<fastrail::schema::Lax<u8>>,
    sold: Option<fastrail::schema::Lax<bool>>,
}

#[test]
fn a_lax_field_also_reads_text_and_keeps_its_rules() {
    let loose: Loose = read(r#"{"price": " 35.4", "count": "7", "sold": "yes"}"#).unwrap();
    assert_eq!((*loose.price, loose.count.map(|n| n.0), loose.sold.map(|s| s.0)), (35.4, Some(7), Some(true)));
    let loose: Loose = read(r#"{"price": 35, "count": 7, "sold": false}"#).unwrap();
    assert_eq!((*loose.price, loose.count.map(|n| n.0), loose.sold.map(|s| s.0)), (35.0, Some(7), Some(false)));
    for (json, place, kind) in [
        (r#"{"price": "0"}"#, "body.price", "greater_than"),
        (r#"{"price": 0}"#, "body.price", "greater_than"),
        (r#"{"price": "twenty"}"#, "body.price", "float_parsing"),
        (r#"{"price": [1]}"#, "body.price", "float_type"),
        (r#"{"price": 1, "count": "256"}"#, "body.count", "less_than_equal"),
        (r#"{"price": 1, "count": 256}"#, "body.count", "less_than_equal"),
        (r#"{"price": 1, "sold": "perhaps"}"#, "body.sold", "bool_parsing"),
    ] {
        assert_eq!(error::<Loose>(json), at(place, kind), "{json}");
    }
}
