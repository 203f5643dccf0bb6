//! What `#[derive(Schema)]` makes of structs, newtypes and enums.

use std::collections::BTreeMap;

use fastrail::schema::{Class, Email, Patch, Scalar, Schema};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{component, document, errors, places, told};

/// What a client sends to make an item.
///
/// All of it.
#[derive(Debug, Serialize, Deserialize, Schema)]
struct ItemCreate {
    /// Display name
    #[schema(min_length = 1, max_length = 8, pattern = "^[A-Z]", example = "Fork")]
    full_name: String,
    #[schema(gt = 0, lt = 10.5, multiple_of = 0.5)]
    price: f64,
    #[schema(ge = -3, le = 3)]
    level: Option<i8>,
    #[serde(default)]
    #[schema(max_items = 2, max_length = 3)]
    tags: Vec<String>,
    #[serde(default = "five")]
    limit: u32,
    kind: Kind,
}

fn five() -> u32 {
    5
}

/// How it is made
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Schema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    HandMade,
    #[serde(rename = "machine", alias = "robot")]
    MachineMade,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct UserOut {
    id: UserId,
    email: Email,
    friends: Vec<UserOut>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Schema)]
struct UserId(Uuid);

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Username(#[schema(min_length = 3, max_length = 20, pattern = "^[a-z]+$")] String);

#[derive(Debug, Deserialize, Schema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Registration {
    user_name: Username,
    #[schema(min_length = 8)]
    password: SecretString,
    #[serde(default)]
    nick_name: Patch<Option<String>>,
    #[serde(default, alias = "extra")]
    more: BTreeMap<String, i64>,
    #[serde(skip)]
    #[allow(dead_code)]
    seen: bool,
}

#[derive(Debug, Deserialize, Schema)]
struct Team {
    leader: Registration,
    members: Vec<Registration>,
}

#[test]
fn a_struct_documents_its_fields_in_order() {
    let (schema, components) = document::<ItemCreate>();
    assert_eq!(schema, json!({"$ref": "#/components/schemas/ItemCreate"}));
    assert_eq!(
        components["ItemCreate"],
        json!({
            "type": "object",
            "properties": {
                "full_name": {
                    "type": "string", "minLength": 1, "maxLength": 8, "pattern": "^[A-Z]",
                    "description": "Display name", "examples": ["Fork"], "title": "Full Name",
                },
                "price": {
                    "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10.5, "multipleOf": 0.5,
                    "title": "Price",
                },
                "level": {
                    "anyOf": [{"type": "integer", "minimum": -3, "maximum": 3}, {"type": "null"}],
                    "title": "Level",
                },
                "tags": {
                    "type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2,
                    "title": "Tags", "default": [],
                },
                "limit": {
                    "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32, "title": "Limit", "default": 5,
                },
                "kind": {"$ref": "#/components/schemas/Kind"},
            },
            "required": ["full_name", "price", "kind"],
            "description": "What a client sends to make an item.\n\nAll of it.",
            "title": "ItemCreate",
        })
    );
    let order: Vec<_> = components["ItemCreate"]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(order, ["full_name", "price", "level", "tags", "limit", "kind"]);
    assert_eq!(
        components["Kind"],
        json!({
            "type": "string", "enum": ["hand-made", "machine"], "title": "Kind", "description": "How it is made",
        })
    );
}

#[test]
fn every_error_of_a_body_is_told_at_its_place() {
    let body = json!({
        "full_name": "a spoon too long", "price": -1, "level": 4, "tags": ["a", "four", 3], "limit": 1.5, "kind": "x",
    });
    assert_eq!(
        told::<ItemCreate>(&body),
        json!([
            {"type": "string_too_long", "loc": ["body", "full_name"], "msg": "String should have at most 8 characters",
             "input": "a spoon too long", "ctx": {"max_length": 8}},
            {"type": "greater_than", "loc": ["body", "price"], "msg": "Input should be greater than 0", "input": -1,
             "ctx": {"gt": 0}},
            {"type": "less_than_equal", "loc": ["body", "level"], "msg": "Input should be less than or equal to 3",
             "input": 4, "ctx": {"le": 3}},
            {"type": "too_long", "loc": ["body", "tags"],
             "msg": "List should have at most 2 items after validation, not 3", "input": ["a", "four", 3],
             "ctx": {"field_type": "List", "max_length": 2, "actual_length": 3}},
            {"type": "int_from_float", "loc": ["body", "limit"],
             "msg": "Input should be a valid integer, got a number with a fractional part", "input": 1.5},
            {"type": "enum", "loc": ["body", "kind"], "msg": "Input should be 'hand-made' or 'machine'", "input": "x",
             "ctx": {"expected": "'hand-made' or 'machine'"}},
        ])
    );
    assert_eq!(
        places::<ItemCreate>(&json!({"tags": ["four"]})),
        [
            ("body.full_name".into(), "missing".into()),
            ("body.price".into(), "missing".into()),
            ("body.tags.0".into(), "string_too_long".into()),
            ("body.kind".into(), "missing".into()),
        ]
    );
    assert_eq!(errors::<ItemCreate>(&json!([1]))[0].kind, "model_attributes_type");
}

#[test]
fn a_missing_field_echoes_the_object_around_it_with_secrets_masked() {
    let body = json!({
        "leader": {"password": "hunter22"},
        "members": [{"userName": "ada", "password": ["a", "list"]}, [{"password": "hidden!!"}], {"userName": "ABC", "passwort": 1}],
    });
    assert_eq!(
        told::<Team>(&body),
        json!([
            {"type": "missing", "loc": ["body", "leader", "userName"], "msg": "Field required",
             "input": {"password": "**********"}},
            {"type": "string_type", "loc": ["body", "members", 0, "password"], "msg": "Input should be a valid string",
             "input": "**********"},
            {"type": "model_attributes_type", "loc": ["body", "members", 1],
             "msg": "Input should be a valid dictionary or object to extract fields from", "input": "**********"},
            {"type": "string_pattern_mismatch", "loc": ["body", "members", 2, "userName"],
             "msg": "String should match pattern '^[a-z]+$'", "input": "ABC", "ctx": {"pattern": "^[a-z]+$"}},
            {"type": "missing", "loc": ["body", "members", 2, "password"], "msg": "Field required",
             "input": {"userName": "ABC", "passwort": 1}},
            {"type": "extra_forbidden", "loc": ["body", "members", 2, "passwort"],
             "msg": "Extra inputs are not permitted", "input": 1},
        ])
    );
}

#[test]
fn serde_attributes_shape_the_document() {
    let registration = component::<Registration>("Registration");
    assert_eq!(registration["additionalProperties"], json!(false));
    assert_eq!(registration["required"], json!(["userName", "password"]));
    assert_eq!(
        registration["properties"],
        json!({
            "userName": {"type": "string", "minLength": 3, "maxLength": 20, "pattern": "^[a-z]+$", "title": "User Name"},
            "password": {"type": "string", "format": "password", "writeOnly": true, "minLength": 8, "title": "Password"},
            "nickName": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Nick Name"},
            "more": {
                "type": "object",
                "additionalProperties":
                    {"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX},
                "description": "Also read as `extra`.", "title": "More", "default": {},
            },
        })
    );
    assert_eq!(
        places::<Registration>(&json!({"userName": "ada", "password": "12345678", "extra": {"a": "b"}})),
        [("body.extra.a".into(), "int_parsing".into())]
    );
}

#[test]
fn generic_and_recursive_models_are_components_of_their_own() {
    let (schema, components) = document::<Page<UserOut>>();
    assert_eq!(schema, json!({"$ref": "#/components/schemas/Page_UserOut"}));
    assert_eq!(components["Page_UserOut"]["title"], "Page_UserOut");
    assert_eq!(
        components["Page_UserOut"]["properties"]["items"]["items"],
        json!({"$ref": "#/components/schemas/UserOut"})
    );
    assert_eq!(
        components["UserOut"]["properties"]["friends"]["items"],
        json!({"$ref": "#/components/schemas/UserOut"})
    );
    assert_eq!(components["UserOut"]["properties"]["id"], json!({"type": "string", "format": "uuid", "title": "Id"}));
    let body = json!({"total": 1, "items": [{"id": "x", "email": "a@b.example", "friends": [{"email": "x"}]}]});
    assert_eq!(
        places::<Page<UserOut>>(&body),
        [
            ("body.items.0.id".into(), "uuid_parsing".into()),
            ("body.items.0.friends.0.id".into(), "missing".into()),
            ("body.items.0.friends.0.email".into(), "value_error".into()),
            ("body.items.0.friends.0.friends".into(), "missing".into()),
        ]
    );
    assert_eq!(component::<Page<String>>("Page_String")["properties"]["items"]["items"], json!({"type": "string"}));
}

#[test]
fn enums_and_newtypes_are_scalars() {
    assert_eq!(Kind::parse("robot").unwrap(), Kind::MachineMade);
    assert_eq!(Kind::parse("hand-made").unwrap(), Kind::HandMade);
    assert_eq!(Kind::parse("HandMade").unwrap_err().kind, "enum");
    assert_eq!(UserId::CLASS, Class::Plain);
    assert_eq!(UserId::parse("x").unwrap_err().kind, "uuid_parsing");
    assert!(UserId::parse("018f4a3e-0000-7000-8000-000000000000").is_ok());
}

#[test]
fn types_that_only_go_one_way_have_a_schema_too() {
    #[derive(Serialize, Schema)]
    struct Out {
        id: i64,
        note: Option<Box<str>>,
    }
    #[derive(Deserialize, Schema)]
    enum In {
        A,
    }
    #[derive(Deserialize, Schema)]
    #[serde(transparent)]
    struct Maybe {
        inner: Option<In>,
    }
    let _ = (Out { id: 1, note: None }, In::A, Maybe { inner: None });
    assert_eq!(component::<In>("In")["enum"], json!(["A"]));
}

#[test]
fn generic_structs_may_have_rules_and_conditions() {
    #[derive(Debug, Clone, Serialize, Deserialize, Schema)]
    #[schema(rename = "Chunk", description = "Some of many")]
    struct Batch<T, K>
    where
        T: Clone,
        K: Ord + fastrail::schema::Scalar,
    {
        /// What it is about
        #[schema(min_length = 1, deprecated, title = "Subject")]
        subject: String,
        #[schema(max_items = 1)]
        items: Vec<T>,
        index: BTreeMap<K, T>,
    }
    let (_, components) = document::<Batch<i64, String>>();
    let chunk = &components["Chunk_i64_String"];
    assert_eq!(chunk["description"], "Some of many");
    assert_eq!(
        chunk["properties"]["subject"],
        json!({"type": "string", "minLength": 1, "description": "What it is about", "deprecated": true, "title": "Subject"})
    );
    assert_eq!(places::<Batch<i64, String>>(&json!({"subject": "", "items": [1, 2], "index": {}})).len(), 2);
}
