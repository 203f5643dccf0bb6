//! What is done to texts, and what no text may hold.

use std::collections::BTreeSet;

use fastrail::schema::{Email, Rules, Sanitize, Schema};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{component, places, read_under};

#[derive(Debug, Deserialize, Schema)]
struct Profile {
    #[schema(trim, min_length = 2, max_length = 5)]
    name: String,
    #[schema(lowercase)]
    mail: Option<Email>,
    #[serde(default)]
    tags: BTreeSet<Tag>,
    #[schema(nfc, strip_html)]
    #[serde(default)]
    notes: Vec<String>,
    #[schema(no_control)]
    #[serde(default)]
    line: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
struct Tag(#[schema(trim, lowercase, pattern = "^[a-z]+$")] String);

fn read(value: &Value) -> Option<Profile> {
    read_under::<Profile>(value, &Rules::NONE).ok()
}

#[test]
fn the_operation_gets_the_sanitized_text() {
    let profile = read(&json!({
        "name": "  ada   ", "mail": "Ada@Example.COM", "tags": [" A ", "b"], "notes": ["e\u{301} <b>x</b>"],
    }))
    .unwrap();
    assert_eq!((profile.name.as_str(), profile.mail.unwrap().as_str()), ("ada", "ada@example.com"));
    assert_eq!(profile.tags, BTreeSet::from([Tag("a".into()), Tag("b".into())]));
    assert_eq!((profile.notes, profile.line.as_str()), (vec!["\u{e9} x".to_owned()], ""));
}

#[test]
fn rules_hold_for_the_sanitized_text() {
    let found = |value: &Value| {
        assert!(read(value).is_none());
        places::<Profile>(value)
    };
    assert_eq!(found(&json!({"name": " a      "})), [("body.name".into(), "string_too_short".into())]);
    assert_eq!(found(&json!({"name": "ab", "tags": ["a", " A"]})), [("body.tags.1".into(), "unique_items".into())]);
    assert_eq!(
        found(&json!({"name": "ab", "tags": ["1"]})),
        [("body.tags.0".into(), "string_pattern_mismatch".into())]
    );
    assert_eq!(
        found(&json!({"name": "ab", "line": "a\nb"})),
        [("body.line".into(), "string_control_character".into())]
    );
    assert_eq!(component::<Profile>("Profile")["properties"]["name"]["x-sanitize"], json!(["trim"]));
    assert_eq!(
        component::<Profile>("Profile")["properties"]["tags"]["items"]["x-sanitize"],
        json!(["lowercase", "trim"])
    );
    assert_eq!(
        component::<Profile>("Profile")["properties"]["line"]["allOf"],
        json!([{"pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"}])
    );
}

#[test]
fn no_text_holds_nul() {
    assert_eq!(places::<Profile>(&json!({"name": "a\0b"})), [("body.name".into(), "string_nul".into())]);
    assert!(read(&json!({"name": "a\0b"})).is_none());
    assert_eq!(
        places::<Value>(&json!([{"a\0": "\0"}])),
        [("body.0.a\0.[key]".into(), "string_nul".into()), ("body.0.a\0".into(), "string_nul".into()),]
    );
    for value in [json!("\0"), json!(["\0"]), json!({"\0": 1})] {
        assert!(read_under::<Value>(&value, &Rules::NONE).is_err());
    }
    assert!(read_under::<char>(&json!("\0"), &Rules::NONE).is_err());
    assert!(read_under::<std::collections::BTreeMap<String, i64>>(&json!({"a\0": 1}), &Rules::NONE).is_err());
}

#[test]
fn markup_goes_and_text_stays() {
    let strip = Sanitize { strip_html: true, ..Sanitize::NONE };
    for (text, kept) in [
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("a<b>c</b>", "ac"),
        ("<scr<b>ipt>x", "ipt>x"),
        ("<<b>script>x", "x"),
        ("<!-- > <b> -->x", "x"),
        ("<!--->x", "x"),
        ("x<img src=x onerror=alert(1)", "x"),
        ("a<", "a<"),
    ] {
        assert_eq!(strip.apply(text), kept, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn sanitizing_twice_is_sanitizing_once(text in "[<>ab/! \u{301}eİẞΣ-]{0,12}") {
        let all = Sanitize { trim: true, lowercase: true, nfc: true, strip_html: true };
        let once = all.apply(&text).into_owned();
        prop_assert_eq!(&all.apply(&once), &once);
        let tag = once.char_indices().filter(|(_, c)| *c == '<').any(|(at, _)| {
            once[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c))
        });
        prop_assert!(!tag, "{}", once);
    }
}
