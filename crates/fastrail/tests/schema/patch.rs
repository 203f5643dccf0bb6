//! The three states of a PATCH field.

use fastrail::schema::{Patch, Rules, Schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{component, errors, read_under};

#[derive(Debug, Default, PartialEq, Serialize, Deserialize, Schema)]
#[serde(default)]
#[schema(min_properties = 1)]
struct Update {
    #[schema(min_length = 1)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    name: Patch<String>,
    #[schema(max_length = 3)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    note: Patch<Option<String>>,
}

#[test]
fn absent_null_and_a_value_are_told_apart() {
    let read = |value| read_under::<Update>(&value, &Rules::NONE).unwrap();
    assert_eq!(read(json!({})), Update::default());
    assert_eq!(read(json!({"note": null})).note, Patch::Set(None));
    assert_eq!(read(json!({"note": "a"})).note, Patch::Set(Some("a".into())));
    assert_eq!(json!(read(json!({"note": null}))), json!({"note": null}));
    assert_eq!(errors::<Update>(&json!({"name": null}))[0].kind, "string_type");
    assert!(read_under::<Update>(&json!({"name": null}), &Rules::NONE).is_err());
    assert_eq!(errors::<Update>(&json!({"name": "", "note": "long"})).len(), 2);
}

#[test]
fn a_missing_field_without_a_default_is_an_error() {
    #[derive(Debug, Deserialize)]
    struct Forgot {
        #[allow(dead_code)]
        note: Patch<Option<String>>,
    }
    assert!(serde_json::from_str::<Forgot>("{}").is_err());
    assert!(serde_json::from_str::<Forgot>(r#"{"note": null}"#).is_ok());
    assert!(serde_json::to_string(&Patch::<i64>::Absent).is_err());
}

#[test]
fn the_document_has_no_null_where_none_is_accepted() {
    let update = component::<Update>("Update");
    assert_eq!(update["minProperties"], 1);
    assert_eq!(update.get("required"), None);
    assert_eq!(update["properties"]["name"], json!({"type": "string", "minLength": 1, "title": "Name"}));
    assert_eq!(
        update["properties"]["note"],
        json!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}], "title": "Note"})
    );
}

#[test]
fn a_patch_is_applied_where_it_is_set() {
    let mut name = "a".to_owned();
    assert!(!Patch::Absent.apply(&mut name) && name == "a");
    assert!(Patch::Set("b".to_owned()).apply(&mut name) && name == "b");
    assert_eq!(Patch::Set(2).map(|n| n * 2).into_option(), Some(4));
    assert_eq!(Patch::from(None).unwrap_or(7), 7);
}
