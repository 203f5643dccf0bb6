//! Enums with data, in each of serde's four forms.

use std::collections::{BTreeMap, BTreeSet};

use fastrail::schema::{Generator, Schema};
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{component, document, places, read_under, told};

/// A pet
#[derive(Debug, Deserialize, Schema)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[allow(dead_code)]
enum Pet {
    /// Meows
    Cat(Cat),
    BigDog {
        #[schema(gt = 0)]
        bark_volume: i64,
        owner: Option<Uuid>,
    },
    Fish,
    #[serde(rename = "many", alias = "herd")]
    Herd(BTreeMap<String, Pet>),
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Cat {
    #[schema(ge = 0, le = 9)]
    lives: u8,
    #[serde(default)]
    names: BTreeSet<String>,
    price: Option<Decimal>,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(tag = "t", content = "c", deny_unknown_fields)]
#[allow(dead_code)]
enum Event {
    Quit,
    Key(#[schema(min_length = 1)] String),
    Move { x: i32, y: i32 },
    Pair(#[schema(ge = 0)] i64, bool),
    Maybe(Option<i64>),
}

#[derive(Debug, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Shape {
    Point,
    Nothing,
    Circle(#[schema(gt = 0)] f64),
    Rect { w: f64, h: f64 },
    Line(f64, Uuid),
}

#[derive(Debug, Deserialize, Schema)]
#[serde(untagged)]
#[allow(dead_code)]
enum Id {
    Number(#[schema(ge = 1)] i64),
    Name(#[schema(min_length = 2)] String),
    Cat(Cat),
    Nothing,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(tag = "by")]
#[allow(dead_code)]
enum Login {
    Password { user: String, password: SecretString },
    Token { token: String },
}

#[derive(Debug, Deserialize, Schema)]
struct Zoo {
    #[allow(dead_code)]
    pets: Vec<Pet>,
}

#[track_caller]
fn fits<T: Schema + serde::de::DeserializeOwned>(values: &[Value]) {
    for value in values {
        let read = read_under::<T>(value, &fastrail::schema::Rules::NONE);
        assert!(read.is_ok(), "{value}: {:?}", read.err());
    }
}

#[track_caller]
fn breaks<T: Schema + serde::de::DeserializeOwned>(value: Value, expected: &[(&str, &str)]) {
    assert!(read_under::<T>(&value, &fastrail::schema::Rules::NONE).is_err(), "{value}");
    let found = places::<T>(&value);
    let found: Vec<_> = found.iter().map(|(place, kind)| (place.as_str(), kind.as_str())).collect();
    assert_eq!(found, expected, "{value}");
}

#[test]
fn a_tagged_union_is_documented_with_its_discriminator() {
    let (schema, components) = document::<Pet>();
    assert_eq!(schema, json!({"$ref": "#/components/schemas/Pet"}));
    assert_eq!(
        components["Pet"],
        json!({
            "oneOf": [
                {"$ref": "#/components/schemas/Pet_cat"}, {"$ref": "#/components/schemas/Pet_big_dog"},
                {"$ref": "#/components/schemas/Pet_fish"}, {"$ref": "#/components/schemas/Pet_many"},
            ],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {
                    "cat": "#/components/schemas/Pet_cat", "big_dog": "#/components/schemas/Pet_big_dog",
                    "fish": "#/components/schemas/Pet_fish", "many": "#/components/schemas/Pet_many",
                },
            },
            "title": "Pet", "description": "A pet",
        })
    );
    assert_eq!(components["Pet_cat"]["required"], json!(["kind", "lives"]));
    assert_eq!(components["Pet_cat"]["properties"]["kind"], json!({"type": "string", "const": "cat"}));
    assert_eq!(components["Pet_cat"]["additionalProperties"], json!(false));
    assert_eq!(components["Pet_cat"]["description"], "Meows");
    assert_eq!(components["Pet_big_dog"]["required"], json!(["kind", "barkVolume"]));
    assert!(Generator::lossy::<Zoo>() && !Generator::lossy::<Shape>());
}

#[test]
fn a_tag_beside_the_fields_chooses_the_variant() {
    let id = "018f4a3e-0000-7000-8000-000000000000";
    fits::<Pet>(&[
        json!({"kind": "cat", "lives": 9}),
        json!({"lives": 7.0, "names": ["a", "b"], "price": "1.50", "kind": "cat"}),
        json!({"kind": "big_dog", "barkVolume": 1.0, "owner": id, "more": 1}),
        json!({"kind": "fish", "more": 1}),
        json!({"kind": "many", "a": {"kind": "fish"}, "b": {"lives": 1, "kind": "cat"}}),
        json!({"kind": "herd"}),
    ]);
    breaks::<Zoo>(
        json!({"pets": [{"kind": "cow"}, {"lives": 1}, {"kind": 1}, 3]}),
        &[
            ("body.pets.0", "union_tag_invalid"),
            ("body.pets.1", "union_tag_not_found"),
            ("body.pets.2", "union_tag_invalid"),
            ("body.pets.3", "model_attributes_type"),
        ],
    );
    breaks::<Pet>(
        json!({"kind": "cat", "lives": 10, "names": ["a", "a"], "price": 1, "x": 1}),
        &[
            ("body.cat.lives", "less_than_equal"),
            ("body.cat.names.1", "unique_items"),
            ("body.cat.price", "decimal_type"),
            ("body.cat.x", "extra_forbidden"),
        ],
    );
    breaks::<Pet>(
        json!({"kind": "big_dog", "barkVolume": 0, "owner": id.replace('-', "")}),
        &[("body.big_dog.barkVolume", "greater_than"), ("body.big_dog.owner", "uuid_parsing")],
    );
    breaks::<Pet>(json!({"kind": "many", "a": {"kind": "cat"}}), &[("body.many.a.cat.lives", "missing")]);
    assert_eq!(
        told::<Pet>(&json!({"kind": "cow"})),
        json!([{
            "type": "union_tag_invalid", "loc": ["body"],
            "msg": "Input tag 'cow' found using 'kind' does not match any of the expected tags: 'cat', 'big_dog', \
                    'fish', 'many'",
            "input": {"kind": "cow"},
            "ctx": {"discriminator": "'kind'", "tag": "cow", "expected_tags": "'cat', 'big_dog', 'fish', 'many'"},
        }])
    );
    assert_eq!(
        told::<Pet>(&json!({})),
        json!([{"type": "union_tag_not_found", "loc": ["body"],
                "msg": "Unable to extract tag using discriminator 'kind'", "input": {},
                "ctx": {"discriminator": "'kind'"}}])
    );
}

#[test]
fn a_tag_and_a_content_in_any_order() {
    fits::<Event>(&[
        json!({"t": "Quit"}),
        json!({"c": null, "t": "Quit"}),
        json!({"t": "Key", "c": "a"}),
        json!({"c": {"x": 1.0, "y": 2}, "t": "Move"}),
        json!({"t": "Pair", "c": [1, true]}),
        json!({"t": "Maybe"}),
        json!({"t": "Maybe", "c": 1.0}),
    ]);
    breaks::<Event>(json!({"t": "Quit", "c": 1}), &[("body.Quit.c", "none_required")]);
    breaks::<Event>(json!({"t": "Key"}), &[("body.Key.c", "missing")]);
    breaks::<Event>(json!({"c": "", "t": "Key"}), &[("body.Key.c", "string_too_short")]);
    breaks::<Event>(
        json!({"c": [1, 2], "t": "Move", "z": 1}),
        &[("body.Move.c", "model_attributes_type"), ("body.Move.z", "extra_forbidden")],
    );
    breaks::<Event>(
        json!({"t": "Pair", "c": [-1]}),
        &[("body.Pair.c.0", "greater_than_equal"), ("body.Pair.c.1", "missing")],
    );
    breaks::<Event>(json!({"t": "Pair", "c": [1, true, 2]}), &[("body.Pair.c", "too_long")]);
    assert_eq!(component::<Event>("Event_Key")["required"], json!(["t", "c"]));
    assert_eq!(component::<Event>("Event_Maybe")["required"], json!(["t"]));
}

#[test]
fn the_only_key_is_the_tag() {
    let id = "018f4a3e-0000-7000-8000-000000000000";
    fits::<Shape>(&[
        json!("point"),
        json!({"circle": 1}),
        json!({"rect": {"w": 1.5, "h": 2, "x": 1}}),
        json!({"line": [1, id]}),
    ]);
    breaks::<Shape>(json!("circle"), &[("body", "enum")]);
    breaks::<Shape>(json!({"point": null}), &[("body", "union_tag_invalid")]);
    breaks::<Shape>(json!({"circle": 1, "rect": {}}), &[("body", "union_tag_not_found")]);
    breaks::<Shape>(json!({}), &[("body", "union_tag_not_found")]);
    breaks::<Shape>(json!(1), &[("body", "model_attributes_type")]);
    breaks::<Shape>(json!({"circle": 0}), &[("body.circle", "greater_than")]);
    breaks::<Shape>(json!({"rect": [1, 2]}), &[("body.rect", "model_attributes_type")]);
    breaks::<Shape>(json!({"rect": {"w": 1}}), &[("body.rect.h", "missing")]);
    breaks::<Shape>(json!({"line": [1, id.replace('-', "")]}), &[("body.line.1", "uuid_parsing")]);
    assert_eq!(component::<Shape>("Shape")["oneOf"][0], json!({"type": "string", "enum": ["point", "nothing"]}));
}

#[test]
fn without_a_tag_every_variant_says_why_not() {
    fits::<Id>(&[json!(1.0), json!("ab"), json!({"lives": 2.0}), json!(null)]);
    breaks::<Id>(
        json!(0),
        &[
            ("body.Number", "greater_than_equal"),
            ("body.Name", "string_type"),
            ("body.Cat", "model_attributes_type"),
            ("body.Nothing", "none_required"),
        ],
    );
    breaks::<Id>(
        json!({"lives": 20, "x": 1}),
        &[
            ("body.Number", "int_type"),
            ("body.Name", "string_type"),
            ("body.Cat.lives", "less_than_equal"),
            ("body.Cat.x", "extra_forbidden"),
            ("body.Nothing", "none_required"),
        ],
    );
}

#[test]
#[should_panic(expected = "`Tree` is `#[serde(untagged)]` and holds itself")]
fn an_untagged_union_that_holds_itself_is_refused_when_the_app_is_built() {
    #[derive(Deserialize, Schema)]
    #[serde(untagged)]
    #[allow(dead_code)]
    enum Tree {
        Leaf(i64),
        Left { left: Box<Tree> },
        Right { left: Vec<Tree> },
    }
    document::<Tree>();
}

#[test]
fn secrets_in_a_union_are_masked() {
    assert_eq!(
        told::<Login>(&json!({"by": "Password", "password": "hunter22"})),
        json!([{"type": "missing", "loc": ["body", "Password", "user"], "msg": "Field required",
                "input": {"by": "Password", "password": "**********"}}])
    );
    assert_eq!(told::<Login>(&json!({"password": "hunter22"}))[0]["input"], "**********");
    assert_eq!(told::<Login>(&json!({"by": "x", "password": "hunter22"}))[0]["input"], "**********");
    assert_eq!(told::<Login>(&json!({"by": "Token", "password": "x"}))[0]["input"]["by"], "Token");
}

#[test]
fn depth_and_repeated_keys_hold_inside_unions() {
    let read = |json: &str| {
        fastrail::schema::validate_json::<Pet>(json.as_bytes(), &["body".into()], &Default::default(), true)
    };
    let deep = format!("{}{{\"kind\":\"fish\"}}{}", r#"{"kind":"many","a":"#.repeat(100), "}".repeat(100));
    assert_eq!(read(&deep).unwrap_err()[0].kind, "json_too_deep");
    let twice = r#"{"kind": "cat", "lives": 1, "lives": 2}"#;
    assert_eq!(read(twice).unwrap_err()[0].kind, "json_duplicate_key");
    assert_eq!(read(r#"{"kind": "fish", "kind": "cat"}"#).unwrap_err()[0].kind, "json_duplicate_key");
}
