//! What each built-in type accepts and refuses, in pydantic's exact words.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use fastrail::schema::{Email, HttpUrl, Number, Pattern, Rules, Scalar, Schema};
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::{document, errors_under, read_under};

const fn number(text: &'static str, value: i128) -> Option<Number> {
    Some(Number { text, integer: Some(value), float: value as f64 })
}

/// The one error that a JSON value has, after both paths agreed on it
fn error_under<T: Schema + DeserializeOwned>(value: Value, rules: &Rules) -> Value {
    let found = errors_under::<T>(&value, rules);
    assert_eq!(found.len(), 1, "{value} has {found:?}");
    assert!(read_under::<T>(&value, rules).is_err(), "{value}");
    let mut error = json!(found[0]);
    let fields = error.as_object_mut().unwrap();
    fields.shift_remove("loc");
    fields.shift_remove("input");
    error
}

fn error<T: Schema + DeserializeOwned>(value: Value) -> Value {
    error_under::<T>(value, &Rules::NONE)
}

fn is(kind: &str, message: &str) -> Value {
    json!({"type": kind, "msg": message})
}

fn with_reason(kind: &str, lead: &str, reason: &str) -> Value {
    json!({"type": kind, "msg": format!("{lead}{reason}"), "ctx": {"error": reason}})
}

#[track_caller]
fn accepts<T: Schema + DeserializeOwned>(values: &[Value]) {
    for value in values {
        assert_eq!(errors_under::<T>(value, &Rules::NONE), [], "{value}");
        assert!(read_under::<T>(value, &Rules::NONE).is_ok(), "{value}");
    }
}

#[test]
fn integers_are_numbers_without_a_fraction() {
    accepts::<i64>(&[json!(0), json!(-5), json!(1.0), json!(1e3), json!(i64::MIN), json!(i64::MAX)]);
    accepts::<u64>(&[json!(u64::MAX), json!(-0.0)]);
    assert_eq!(error::<i64>(json!(null)), is("int_type", "Input should be a valid integer"));
    assert_eq!(error::<i64>(json!(true)), is("int_type", "Input should be a valid integer"));
    assert_eq!(error::<i64>(json!("1")), is("int_type", "Input should be a valid integer"));
    assert_eq!(
        error::<i64>(json!("foo")),
        is("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
    );
    assert_eq!(
        error::<i64>(json!(1.5)),
        is("int_from_float", "Input should be a valid integer, got a number with a fractional part")
    );
    assert_eq!(
        error::<u8>(json!(256)),
        json!({"type": "less_than_equal", "msg": "Input should be less than or equal to 255", "ctx": {"le": 255}})
    );
    assert_eq!(
        error::<u8>(json!(-1)),
        json!({"type": "greater_than_equal", "msg": "Input should be greater than or equal to 0", "ctx": {"ge": 0}})
    );
    assert_eq!(error::<i64>(json!(1e300))["ctx"], json!({"le": i64::MAX}));
    assert_eq!(document::<i8>().0, json!({"type": "integer", "minimum": -128, "maximum": 127}));
}

#[test]
fn number_rules_tell_the_first_failure_as_pydantic_does() {
    let rules = Rules { ge: number("1", 1), multiple_of: number("5", 5), lt: number("100", 100), ..Rules::NONE };
    assert_eq!(
        error_under::<i64>(json!(-3), &rules),
        json!({"type": "multiple_of", "msg": "Input should be a multiple of 5", "ctx": {"multiple_of": 5}})
    );
    assert_eq!(
        error_under::<i64>(json!(-5), &rules),
        json!({"type": "greater_than_equal", "msg": "Input should be greater than or equal to 1", "ctx": {"ge": 1}})
    );
    assert_eq!(
        error_under::<f64>(json!(100.0), &rules),
        json!({"type": "less_than", "msg": "Input should be less than 100", "ctx": {"lt": 100}})
    );
    assert_eq!(error_under::<u8>(json!(300), &rules)["type"], "less_than");
}

#[test]
fn floats_are_finite_numbers() {
    accepts::<f64>(&[json!(1), json!(1.5), json!(-1e300), json!(f64::MAX)]);
    accepts::<f32>(&[json!(f32::MAX), json!(0.1)]);
    assert_eq!(error::<f64>(json!([])), is("float_type", "Input should be a valid number"));
    assert_eq!(
        error::<f64>(json!("twenty")),
        is("float_parsing", "Input should be a valid number, unable to parse string as a number")
    );
    assert_eq!(error::<f32>(json!(1e39)), is("finite_number", "Input should be a finite number"));
    assert_eq!(f64::parse("nan").unwrap_err().kind, "finite_number");
    assert_eq!(f64::parse("1e400").unwrap_err().kind, "finite_number");
    assert_eq!(f64::parse(" 1.5 ").unwrap(), 1.5);
    let tenth = Rules { multiple_of: Some(Number { text: "0.1", integer: None, float: 0.1 }), ..Rules::NONE };
    assert!(0.3_f64.check(&tenth) && !0.35_f64.check(&tenth));
}

#[test]
fn booleans_are_words_in_text_only() {
    accepts::<bool>(&[json!(true), json!(false)]);
    assert_eq!(error::<bool>(json!(1)), is("bool_type", "Input should be a valid boolean"));
    assert_eq!(error::<bool>(json!("yes")), is("bool_type", "Input should be a valid boolean"));
    for word in ["1", "true", "ON", "Yes", "t", "Y"] {
        assert_eq!(bool::parse(word), Ok(true));
    }
    for word in ["0", "False", "off", "no", "F", "n"] {
        assert_eq!(bool::parse(word), Ok(false));
    }
    assert_eq!(bool::parse("2").unwrap_err().message, "Input should be a valid boolean, unable to interpret input");
}

#[test]
fn strings_count_characters() {
    static LETTERS: Pattern = Pattern::new("^[a-zä]+$");
    let rules = Rules { min_length: Some(2), max_length: Some(3), pattern: Some(&LETTERS), ..Rules::NONE };
    assert!(read_under::<String>(&json!("äää"), &rules).is_ok());
    assert_eq!(error::<String>(json!(1)), is("string_type", "Input should be a valid string"));
    assert_eq!(
        error_under::<String>(json!("ä"), &rules),
        json!({"type": "string_too_short", "msg": "String should have at least 2 characters", "ctx": {"min_length": 2}})
    );
    assert_eq!(
        error_under::<String>(json!("ääää"), &rules),
        json!({"type": "string_too_long", "msg": "String should have at most 3 characters", "ctx": {"max_length": 3}})
    );
    assert_eq!(
        error_under::<String>(json!("a1"), &rules),
        json!({"type": "string_pattern_mismatch", "msg": "String should match pattern '^[a-zä]+$'",
               "ctx": {"pattern": "^[a-zä]+$"}})
    );
    let one = Rules { max_length: Some(1), ..Rules::NONE };
    assert_eq!(error_under::<SecretString>(json!("ab"), &one)["msg"], "String should have at most 1 character");
    accepts::<char>(&[json!("ä")]);
    assert_eq!(error::<char>(json!("ab"))["type"], "string_too_long");
}

#[test]
fn decimals_are_strings() {
    accepts::<Decimal>(&[json!("9.99"), json!("-0.5"), json!("0"), json!("1234567890123456789012345678")]);
    for other in [json!(9.99), json!(1), json!(null)] {
        assert_eq!(error::<Decimal>(other)["type"], "decimal_type");
    }
    for text in ["", "x", "1e5", "+1", "01", ".5", "5.", "1_000", "12345678901234567890123456789", "--1"] {
        assert_eq!(error::<Decimal>(json!(text)), is("decimal_parsing", "Input should be a valid decimal"));
    }
    let price = Rules {
        gt: number("0", 0),
        multiple_of: Some(Number { text: "0.01", integer: None, float: 0.01 }),
        ..Rules::NONE
    };
    assert_eq!(
        error_under::<Decimal>(json!("0.00"), &price),
        json!({"type": "greater_than", "msg": "Input should be greater than 0", "ctx": {"gt": 0}})
    );
    assert_eq!(error_under::<Decimal>(json!("1.005"), &price)["msg"], "Input should be a multiple of 0.01");
}

#[test]
fn uuids_have_hyphens() {
    accepts::<Uuid>(&[json!("018F4a3e-0000-7000-8000-00000000000a")]);
    assert_eq!(error::<Uuid>(json!(12)), is("uuid_type", "UUID input should be a string, bytes or UUID object"));
    for text in ["x", "", "018f4a3e000070008000000000000000", "{018f4a3e-0000-7000-8000-000000000000}"] {
        assert_eq!(error::<Uuid>(json!(text))["type"], "uuid_parsing", "{text}");
    }
    let error = error::<Uuid>(json!("018f4a3e-0000-7000-8000-00000000000g"));
    assert!(error["msg"].as_str().unwrap().starts_with("Input should be a valid UUID, invalid character"), "{error}");
}

#[test]
fn dates_and_times_keep_rfc_3339() {
    let lead = "Input should be a valid date or datetime, ";
    accepts::<NaiveDate>(&[json!("2024-02-29")]);
    assert_eq!(error::<NaiveDate>(json!(1)), is("date_type", "Input should be a valid date"));
    for (text, reason) in [
        ("2024-1-1", "input is too short"),
        ("not a date", "invalid character in year"),
        ("2023-02-29", "day value is outside expected range"),
        ("2024-13-01", "month value is outside expected range of 1-12"),
        ("2024-01-01 ", "unexpected extra characters at the end of the input"),
    ] {
        assert_eq!(error::<NaiveDate>(json!(text)), with_reason("date_from_datetime_parsing", lead, reason), "{text}");
    }

    let lead = "Input should be in a valid time format, ";
    accepts::<NaiveTime>(&[json!("23:59:59"), json!("10:00:00.123456789")]);
    assert_eq!(error::<NaiveTime>(json!([])), is("time_type", "Input should be a valid time"));
    for (text, reason) in [
        ("10:00", "input is too short"),
        ("25:00:00", "hour value is outside expected range of 0-23"),
        ("10:61:00", "minute value is outside expected range of 0-59"),
        ("xx:00:00", "invalid character in hour"),
    ] {
        assert_eq!(error::<NaiveTime>(json!(text)), with_reason("time_parsing", lead, reason), "{text}");
    }

    let lead = "Input should be a valid datetime or date, ";
    let moments = [json!("2024-01-01T10:00:00Z"), json!("2024-01-01t10:00:00.5+02:00"), json!("1990-12-31T23:59:60Z")];
    accepts::<DateTime<Utc>>(&moments);
    accepts::<DateTime<FixedOffset>>(&moments);
    assert_eq!(error::<DateTime<Utc>>(json!(true)), is("datetime_type", "Input should be a valid datetime"));
    assert_eq!(
        error::<DateTime<Utc>>(json!("2024-01-01T10:00:00")),
        is("timezone_aware", "Input should have timezone info")
    );
    assert_eq!(
        error::<DateTime<Utc>>(json!("not a date")),
        with_reason("datetime_from_date_parsing", lead, "invalid character in year")
    );
    assert_eq!(error::<DateTime<Utc>>(json!("2024-01-01 10:00:00Z"))["type"], "datetime_from_date_parsing");
    accepts::<NaiveDateTime>(&[json!("2024-01-01T10:00:00.5")]);
    assert_eq!(
        error::<NaiveDateTime>(json!("2024-01-01T10:00:00Z")),
        is("timezone_naive", "Input should not have timezone info")
    );
}

#[test]
fn urls_tell_why_they_are_none() {
    accepts::<Url>(&[json!("https://example.com/a?b=c"), json!("mailto:a@b.example")]);
    accepts::<HttpUrl>(&[json!("https://example.com"), json!("HTTP://example.com")]);
    let lead = "Input should be a valid URL, ";
    assert_eq!(error::<Url>(json!(12)), is("url_type", "URL input should be a string or URL"));
    assert_eq!(
        error::<HttpUrl>(json!("not a valid url")),
        with_reason("url_parsing", lead, "relative URL without a base")
    );
    assert_eq!(error::<HttpUrl>(json!("")), with_reason("url_parsing", lead, "input is empty"));
    assert_eq!(error::<HttpUrl>(json!("http://")), with_reason("url_parsing", lead, "empty host"));
    assert_eq!(
        error::<HttpUrl>(json!("ftp://a")),
        json!({"type": "url_scheme", "msg": "URL scheme should be 'http' or 'https'",
               "ctx": {"expected_schemes": "'http' or 'https'"}})
    );
    assert_eq!(
        error::<HttpUrl>(json!(format!("http://{}", "a".repeat(3000)))),
        json!({"type": "url_too_long", "msg": "URL should have at most 2083 characters", "ctx": {"max_length": 2083}})
    );
}

#[test]
fn e_mail_addresses_tell_why_they_are_none() {
    accepts::<Email>(&[json!("ada@example.com"), json!("a.b+c@sub.example.org")]);
    assert_eq!(error::<Email>(json!(1)), is("string_type", "Input should be a valid string"));
    for (text, reason) in [
        ("ada", "An email address must have an @-sign."),
        ("", "An email address must have an @-sign."),
        ("@example.com", "There must be something before the @-sign."),
        ("ada@", "There must be something after the @-sign."),
        ("ada@localhost", "The part after the @-sign is not valid. It should have a period."),
    ] {
        let message = format!("value is not a valid email address: {reason}");
        assert_eq!(
            error::<Email>(json!(text)),
            json!({"type": "value_error", "msg": message, "ctx": {"reason": reason}})
        );
    }
    let long = format!("a@{}.example", "b".repeat(250));
    assert_eq!(error::<Email>(json!(long))["ctx"]["reason"], "The email address is too long (6 characters too many).");
    for text in ["Ada <ada@example.com>", "a b@example.com", "a@[127.0.0.1]", "a..b@example.com", "a@b@example.com"] {
        assert_eq!(error::<Email>(json!(text))["type"], "value_error", "{text}");
    }
}

#[test]
fn lists_sets_and_maps_count_their_items() {
    let rules = Rules { min_items: Some(1), max_items: Some(2), ..Rules::NONE };
    assert_eq!(error::<Vec<i64>>(json!({})), is("list_type", "Input should be a valid list"));
    assert_eq!(error::<BTreeSet<i64>>(json!("x")), is("set_type", "Input should be a valid set"));
    assert_eq!(error::<BTreeMap<String, i64>>(json!([])), is("dict_type", "Input should be a valid dictionary"));
    assert_eq!(
        error_under::<Vec<i64>>(json!([]), &rules),
        json!({"type": "too_short", "msg": "List should have at least 1 item after validation, not 0",
               "ctx": {"field_type": "List", "min_length": 1, "actual_length": 0}})
    );
    assert_eq!(
        error_under::<HashSet<i64>>(json!([1, 2, 3]), &rules),
        json!({"type": "too_long", "msg": "Set should have at most 2 items after validation, not more",
               "ctx": {"field_type": "Set", "max_length": 2, "actual_length": null}})
    );
    assert_eq!(
        error_under::<BTreeMap<String, i64>>(json!({"a": 1, "b": 2, "c": 3}), &rules),
        json!({"type": "too_long", "msg": "Dictionary should have at most 2 items after validation, not 3",
               "ctx": {"field_type": "Dictionary", "max_length": 2, "actual_length": 3}})
    );
}

#[test]
fn keys_are_read_in_the_grammar_of_their_type() {
    accepts::<BTreeMap<Uuid, bool>>(&[json!({"018f4a3e-0000-7000-8000-000000000000": true})]);
    accepts::<BTreeMap<i64, bool>>(&[json!({"-1": true})]);
    let found = errors_under::<BTreeMap<i64, bool>>(&json!({"a": 1}), &Rules::NONE);
    assert_eq!(json!(found[0].loc), json!(["body", "a", "[key]"]));
    assert_eq!(found[0].kind, "int_parsing");
    assert_eq!(json!(found[1].loc), json!(["body", "a"]));
    assert!(
        read_under::<BTreeMap<Uuid, bool>>(&json!({"018f4a3e000070008000000000000000": true}), &Rules::NONE).is_err()
    );
}
