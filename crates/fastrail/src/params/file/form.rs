//! What a form may hold: the fields that an operation takes, and the rules of those that are files.

use serde_json::Value;

use crate::schema::JsonSchema;

/// The media type that the document names
pub(crate) const MEDIA_TYPE: &str = "multipart/form-data";

/// What one file may be, beyond the app's [`Limits`](crate::Limits)
///
/// Declared at the argument: `#[file(max_bytes = 5_000_000, content_types("image/png", "image/*"))]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileRules {
    /// The largest size in bytes, in place of the app's `max_file_bytes`; a larger file is 413
    pub max_bytes: Option<u64>,
    /// The media types that its part may declare, `image/*` for all of a kind; empty: any. Another one is 422.
    ///
    /// It is what the client says: whoever needs to be sure looks at the content.
    pub content_types: &'static [&'static str],
}

impl FileRules {
    /// Any file
    pub const ANY: Self = Self { max_bytes: None, content_types: &[] };

    /// Whether a part that declares this media type is taken
    pub(crate) fn allow(&self, content_type: Option<&str>) -> bool {
        if self.content_types.is_empty() {
            return true;
        }
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        self.content_types.iter().any(|allowed| match allowed.strip_suffix("/*") {
            Some(kind) => essence.split_once('/').is_some_and(|(other, _)| other.eq_ignore_ascii_case(kind)),
            None => essence.eq_ignore_ascii_case(allowed),
        })
    }
}

/// One field of a form
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormField {
    pub(crate) name: String,
    /// The rules of a file; `None` for text
    pub(crate) file: Option<FileRules>,
    /// Whether its files must be held in memory
    pub(crate) in_memory: bool,
}

/// Every field of an operation's form
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FormSpec {
    pub(crate) fields: Vec<FormField>,
}

impl FormSpec {
    pub(crate) fn add(&mut self, field: FormField) {
        match self.fields.iter_mut().find(|other| other.name == field.name) {
            Some(other) => other.in_memory |= field.in_memory,
            None => self.fields.push(field),
        }
    }

    /// Adds the properties of a form that is a model
    pub(crate) fn add_model(&mut self, model: &JsonSchema, in_memory: bool) {
        let properties = model.0.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let file = is_file_schema(schema).then_some(FileRules::ANY);
            let in_memory = in_memory && file.is_some();
            self.add(FormField { name: name.clone(), file, in_memory });
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The media type that the document names: a form without files is urlencoded, though several parts are taken too
    pub(crate) fn media_type(&self) -> &'static str {
        let holds_files = self.fields.iter().any(|field| field.file.is_some());
        if holds_files { MEDIA_TYPE } else { crate::params::FORM_MEDIA_TYPE }
    }
}

/// The schema of a file's content, as FastAPI writes it
pub(crate) fn file_schema() -> JsonSchema {
    JsonSchema::of("string").with("contentMediaType", "application/octet-stream")
}

/// Whether a property is a file, a list of files, or one of them or `null`
fn is_file_schema(schema: &Value) -> bool {
    schema.get("contentMediaType").is_some()
        || schema.get("items").is_some_and(is_file_schema)
        || schema.get("anyOf").and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(is_file_schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_type_is_compared_without_parameters_and_case() {
        let rules = FileRules { content_types: &["image/*", "application/pdf"], ..FileRules::ANY };
        for yes in ["image/png", "IMAGE/JPEG", "application/pdf; version=1"] {
            assert!(rules.allow(Some(yes)), "{yes}");
        }
        for no in [None, Some(""), Some("text/html"), Some("imagery/png"), Some("application/pdfs")] {
            assert!(!rules.allow(no), "{no:?}");
        }
        assert!(FileRules::ANY.allow(None));
    }
}
