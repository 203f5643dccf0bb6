//! One value: from one piece of text, or from the JSON body.

use std::future::{Future, ready};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ArgumentSpec, Kind, Raw, Reading, Source, body, validators};
use crate::error::{Failure, Segment, ValidationError};
use crate::openapi::{OperationDoc, ParameterDoc};
use crate::request::RequestContext;
use crate::schema::{Diagnosis, Issue, Mode, Rules, Scalar};

/// A scalar: from the path, the query, a header, a cookie, a form field, or with `#[body]` from the JSON body
#[derive(Debug)]
pub struct ScalarKind;

impl Reading for ScalarKind {}

impl<S> Kind<S> for ScalarKind
where
    S: ArgumentSpec,
    S::Value: Scalar + DeserializeOwned,
{
    const BODY: bool = matches!(S::SOURCE, Source::Form | Source::Body);
    type Input = Option<S::Value>;

    fn describe(doc: &mut OperationDoc<'_>) {
        if S::SOURCE == Source::Body {
            return body::describe::<S>(doc);
        }
        describe::<S, S::Value>(doc, S::default_json().is_none());
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        if S::SOURCE == Source::Body {
            return body::gather::<S>(cx);
        }
        match read::<S, S::Value>(cx) {
            Read::Value(value) => Some(value),
            Read::Invalid => None,
            Read::Absent => {
                let default = S::default();
                if default.is_none() {
                    cx.invalid(S::SOURCE.as_str(), S::meta().name, Issue::missing(), Value::Null);
                }
                default
            }
        }
    }

    async fn validate(cx: &mut RequestContext, input: &mut Self::Input) -> Result<(), Failure> {
        if cx.endpoint.validators.is_empty() {
            return Ok(());
        }
        Box::pin(validators::run::<S, S::Value>(cx, input)).await
    }

    fn resolve(_: &mut RequestContext, input: Self::Input) -> impl Future<Output = Result<S::Value, Failure>> + Send {
        ready(input.ok_or(Failure::Invalid))
    }
}

/// What reading one scalar came to
pub(super) enum Read<T> {
    Absent,
    Value(T),
    Invalid,
}

/// Reads and checks a scalar of type `T`, noting what does not fit
pub(super) fn read<S: ArgumentSpec, T: Scalar>(cx: &mut RequestContext) -> Read<T> {
    let text = match Raw::last(cx, S::SOURCE, S::meta()) {
        Raw::Absent => return Read::Absent,
        Raw::Text(text) => text,
        Raw::NotUtf8 => {
            cx.invalid(S::SOURCE.as_str(), S::meta().name, Issue::string_unicode(), Value::Null);
            return Read::Invalid;
        }
    };
    if let Ok(mut value) = T::parse(&text) {
        value.sanitize(S::rules());
        if value.check(S::rules()) {
            return Read::Value(value);
        }
    }
    let input = Value::from(text.into_owned());
    let errors = diagnose::<T>(&input, S::rules(), S::SOURCE.as_str(), S::meta().name);
    cx.invalid_all(errors);
    Read::Invalid
}

/// The slow path: finds out in words what is wrong
fn diagnose<T: Scalar>(input: &Value, rules: &Rules, source: &'static str, name: &'static str) -> Vec<ValidationError> {
    let mut diagnosis = Diagnosis::new(Mode::Text, vec![Segment::from(source), Segment::from(name)], 16);
    T::diagnose(input, rules, &mut diagnosis);
    if diagnosis.is_empty() {
        diagnosis.report::<T>(Issue::value_error("the value is not valid"), input);
    }
    diagnosis.into_errors()
}

/// Documents a scalar of type `T`
pub(super) fn describe<S: ArgumentSpec, T: crate::schema::Schema>(doc: &mut OperationDoc<'_>, required: bool) {
    doc.async_validators::<T>();
    let schema = T::schema(S::rules(), doc.generator()).with_some("default", S::default_json());
    let parameter = ParameterDoc::new(S::SOURCE, S::meta(), schema, required);
    if S::SOURCE == Source::Form {
        doc.form_field(parameter);
    } else {
        doc.parameter(parameter);
    }
}
