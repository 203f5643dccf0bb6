//! Custom validators, of fields and across fields, and the rules on digits and on repeated items.

use std::borrow::Cow;

use fastrail::schema::{Generator, Issue, KeyStyle, Rules, Schema, ValidationLimits, validate_text};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{component, errors, places, read_under, told};

#[derive(Debug, Deserialize, Schema)]
#[schema(validate = in_order, validate = short)]
struct Span {
    #[schema(ge = 0, validate = is_even)]
    from: i64,
    to: i64,
    #[schema(trim, lowercase, validate = no_admin)]
    #[serde(default)]
    name: String,
}

fn is_even(n: &i64) -> Result<(), String> {
    if n % 2 == 0 { Ok(()) } else { Err(format!("{n} is odd")) }
}

fn no_admin(name: &str) -> Result<(), Issue> {
    if name == "admin" { Err(Issue::new("name_reserved", "This name is reserved")) } else { Ok(()) }
}

fn in_order(span: &Span) -> Result<(), Issue> {
    if span.from <= span.to { Ok(()) } else { Err(Issue::value_error("must not be before `from`").at("to")) }
}

fn short(span: &Span) -> Result<(), &'static str> {
    if span.to - span.from < 100 { Ok(()) } else { Err("the span is too long") }
}

#[derive(Debug, Deserialize, Schema)]
#[serde(tag = "kind")]
#[allow(dead_code)]
enum Part {
    Whole(Span),
    Half {
        #[schema(validate = is_even)]
        at: i64,
    },
}

#[derive(Debug, Deserialize, serde::Serialize, Schema)]
struct Even(#[schema(le = 10, validate = is_even)] i64);

#[derive(Debug, Deserialize, Schema)]
#[allow(dead_code)]
struct Money {
    #[schema(max_digits = 4, decimal_places = 2, gt = 0)]
    price: Decimal,
    #[schema(unique_items, max_items = 3)]
    tags: Vec<Value>,
}

fn read<T: Schema + serde::de::DeserializeOwned>(value: &Value) -> bool {
    read_under::<T>(value, &Rules::NONE).is_ok()
}

#[test]
fn a_validator_speaks_when_the_field_fits_also_beside_other_errors() {
    assert!(read::<Span>(&json!({"from": 2.0, "to": 4, "name": " Ada "})));
    assert_eq!(
        told::<Span>(&json!({"from": 3, "to": "x", "name": " ADMIN"})),
        json!([
            {"type": "value_error", "loc": ["body", "from"], "msg": "Value error, 3 is odd", "input": 3,
             "ctx": {"error": "3 is odd"}},
            {"type": "int_parsing", "loc": ["body", "to"],
             "msg": "Input should be a valid integer, unable to parse string as an integer", "input": "x"},
            {"type": "name_reserved", "loc": ["body", "name"], "msg": "This name is reserved", "input": " ADMIN"},
        ])
    );
    assert!(!read::<Span>(&json!({"from": 3, "to": 4})));
    assert_eq!(places::<Span>(&json!({"from": -1, "to": 4})), [("body.from".into(), "greater_than_equal".into())]);
    let spans: Vec<_> = places::<Vec<Even>>(&json!([2, 3, 12, "x"]));
    let spans: Vec<_> = spans.iter().map(|(place, kind)| (place.as_str(), kind.as_str())).collect();
    assert_eq!(spans, [("body.1", "value_error"), ("body.2", "less_than_equal"), ("body.3", "int_parsing")]);
}

#[test]
fn a_check_of_the_whole_runs_when_the_fields_have_fit() {
    assert!(!read::<Span>(&json!({"from": 4, "to": 2})));
    assert_eq!(
        told::<Span>(&json!({"from": 4, "to": 2})),
        json!([{"type": "value_error", "loc": ["body", "to"], "msg": "Value error, must not be before `from`",
                "input": 2, "ctx": {"error": "must not be before `from`"}}])
    );
    assert_eq!(places::<Span>(&json!({"from": 4, "to": 200})), [("body".into(), "value_error".into())]);
    assert!(!read::<Part>(&json!({"kind": "Whole", "from": 4, "to": 200})));
    assert_eq!(
        places::<Part>(&json!({"kind": "Whole", "from": 4, "to": 2})),
        [("body.Whole.to".into(), "value_error".into())]
    );
    assert_eq!(places::<Part>(&json!({"kind": "Half", "at": 1})), [("body.Half.at".into(), "value_error".into())]);
    assert!(!read::<Part>(&json!({"kind": "Half", "at": 1})));
}

#[test]
fn parameters_are_validated_too() {
    let read = |pairs: &[(&'static str, &'static str)]| {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (Cow::Borrowed(*key), Cow::Borrowed(*value))).collect();
        validate_text::<Span>(&pairs, "query", KeyStyle::Exact, &ValidationLimits::default(), false)
    };
    let span = read(&[("from", "2"), ("to", "+4"), ("name", " ADA ")]).unwrap();
    assert_eq!((span.from, span.to, span.name.as_str()), (2, 4, "ada"));
    let errors = read(&[("from", "4"), ("to", "3")]).unwrap_err();
    assert_eq!(json!([errors[0].loc, errors[0].input]), json!([["query", "to"], ["3"]]));
    let errors = read(&[("from", "1"), ("to", "3")]).unwrap_err();
    assert_eq!(json!([errors[0].loc, errors[0].kind]), json!([["query", "from"], "value_error"]));
}

#[test]
fn digits_are_counted_as_pydantic_counts_them() {
    let kinds = |price: &str| -> Vec<String> {
        let value = json!({"price": price, "tags": []});
        assert_eq!(read::<Money>(&value), errors::<Money>(&value).is_empty());
        errors::<Money>(&value).iter().map(|error| error.msg.to_string()).collect()
    };
    assert_eq!(kinds("12.34"), [""; 0]);
    assert_eq!(kinds("12.3400"), [""; 0]);
    assert_eq!(kinds("0.01"), [""; 0]);
    assert_eq!(kinds("12.345"), ["Decimal input should have no more than 4 digits in total"]);
    assert_eq!(kinds("1.234"), ["Decimal input should have no more than 2 decimal places"]);
    assert_eq!(kinds("123.4"), ["Decimal input should have no more than 2 digits before the decimal point"]);
    assert_eq!(kinds("-1"), ["Input should be greater than 0"]);
    assert_eq!(
        component::<Money>("Money")["properties"]["price"]["allOf"][0]["pattern"],
        r"^-?(0(\.([0-9]{1,2}0*|0+))?|[1-9][0-9]{0}(\.([0-9]{1,2}0*|0+))?|[1-9][0-9]{1}(\.([0-9]{1,2}0*|0+))?)$"
    );
}

#[test]
fn a_list_may_ask_for_unique_items() {
    assert!(Generator::lossy::<Money>());
    assert!(read::<Money>(&json!({"price": "1", "tags": [1, "1", [1]]})));
    assert!(!read::<Money>(&json!({"price": "1", "tags": [1, 2, 1.0]})));
    assert_eq!(
        places::<Money>(&json!({"price": "1", "tags": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]})),
        [("body.tags.1".into(), "unique_items".into())]
    );
    let rules = Rules { unique_items: true, ..Rules::NONE };
    assert!(read_under::<Vec<i64>>(&json!([1, 1]), &rules).is_err());
}
