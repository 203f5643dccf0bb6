//! File arguments: one file, an optional one, a list.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{PartValue, in_scope};
use crate::error::Segment;
use crate::openapi::{OperationDoc, ParameterDoc};
use crate::params::{ArgumentSpec, Source};
use crate::request::RequestContext;
use crate::schema::{Class, Diagnosis, Issue, Mode, Schema};

/// Whether an argument is a file: by `#[file]`, or by its type
pub(crate) const fn is_file<S: ArgumentSpec>() -> bool
where
    S::Value: Schema,
{
    matches!(S::SOURCE, Source::File) || (matches!(S::SOURCE, Source::Auto) && <S::Value as Schema>::FILES)
}

/// Reads the argument, noting what does not fit
pub(crate) fn gather<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let name = S::meta().name;
    let is_list = <S::Value as Schema>::CLASS == Class::List;
    let (mut values, mut files, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for part in cx.body.parts(name) {
        match &part.value {
            PartValue::Text(text) if text.is_empty() => continue, // as in HTML: an empty field counts as absent
            PartValue::Text(text) => values.push(Value::from(text.as_str())),
            PartValue::File(file) => {
                values.push(Value::from(file.shared.handle.as_str()));
                files.push(file.clone());
            }
            PartValue::NotUtf8 => wrong.push((values.len(), Issue::string_unicode())),
            PartValue::WrongType => wrong.push((values.len(), wrong_type(S::file_rules().content_types))),
        }
    }
    if !wrong.is_empty() {
        cx.invalid_all(wrong.into_iter().map(|(index, issue)| {
            let mut location = vec![Segment::from("body"), Segment::from(name)];
            if is_list {
                location.push(Segment::Index(index));
            }
            crate::error::ValidationError::new(location, issue, Value::Null)
        }));
        return None;
    }
    let value = if is_list && !values.is_empty() { Some(Value::Array(values)) } else { values.pop() };
    let Some(value) = value else {
        let absent = S::default()
            .or_else(|| if <S::Value as Schema>::OPTIONAL { serde_json::from_value(Value::Null).ok() } else { None });
        if absent.is_none() {
            cx.invalid("body", name, Issue::missing(), Value::Null);
        }
        return absent;
    };
    let limit = cx.app.limits.max_errors.max(1);
    let read = in_scope(files, || {
        let read = serde_json::from_value::<S::Value>(value.clone()).ok().filter(|read| read.check(S::rules()));
        read.ok_or_else(|| {
            let mut diagnosis = Diagnosis::new(Mode::Json, vec![Segment::from("body"), Segment::from(name)], limit);
            S::Value::diagnose(&value, S::rules(), &mut diagnosis);
            if diagnosis.is_empty() {
                diagnosis.report::<S::Value>(Issue::value_error("this is no file"), &Value::Null);
            }
            diagnosis.into_errors()
        })
    });
    read.map_err(|errors| cx.invalid_all(errors)).ok()
}

fn wrong_type(allowed: &[&str]) -> Issue {
    let expected = allowed.join(", ");
    Issue::new("content_type", format!("The file should be one of these types: {expected}")).with("expected", expected)
}

/// Documents the argument
pub(crate) fn describe<S>(doc: &mut OperationDoc<'_>)
where
    S: ArgumentSpec,
    S::Value: Schema,
{
    let (meta, rules) = (S::meta(), S::file_rules());
    if !<S::Value as Schema>::FILES {
        doc.problem(format!(
            "`{}` is no file: take `UploadFile`, `FileBytes`, an `Option` or a `Vec` of one",
            meta.name
        ));
        return;
    }
    let schema = <S::Value as Schema>::schema(S::rules(), doc.generator());
    let required = !<S::Value as Schema>::OPTIONAL && S::default_json().is_none();
    let in_memory = crate::schema::Generator::files_in_memory::<S::Value>();
    doc.file_field(ParameterDoc::new(Source::Form, meta, schema, required), *rules, in_memory);
}
