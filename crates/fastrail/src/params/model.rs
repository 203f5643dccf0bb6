//! Models: the JSON body, a form, a group of parameters; and lists from repeated keys.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::{self, JsonBody};
use super::{ArgumentSpec, Kind, Opt, Reading, Source, file, raw};
use crate::error::{Failure, Segment, ValidationError};
use crate::openapi::{OperationDoc, ParameterDoc};
use crate::request::RequestContext;
use crate::schema::{Class, Generator, Issue, KeyStyle, Schema, validate_json_under, validate_list, validate_text};

/// A model, a list, a set or a map
///
/// Without an attribute it is the JSON body. With `#[query]`, `#[header]`, `#[cookie]`, `#[path]` or `#[form]` a
/// struct is a group, whose fields are the parameters, and a list takes every value of its own name.
#[derive(Debug)]
pub struct ModelKind;

impl Reading for ModelKind {}

/// Read, or the reason why not, which is answered when the turn comes
type Gathered<T> = Result<Option<T>, Failure>;

impl<S> Kind<S> for ModelKind
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    const BODY: bool = matches!(S::SOURCE, Source::Auto | Source::Body | Source::Form | Source::File);
    type Input = Gathered<S::Value>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe::<S>(doc);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        gather::<S>(cx)
    }

    async fn resolve(_: &mut RequestContext, input: Self::Input) -> Result<S::Value, Failure> {
        input?.ok_or(Failure::Invalid)
    }
}

// `Option<Model>`: no body at all is `None`.
impl<S, T> Kind<S> for Opt<ModelKind>
where
    S: ArgumentSpec<Value = Option<T>>,
    T: Send + 'static,
    Option<T>: Schema + DeserializeOwned,
{
    const BODY: bool = matches!(S::SOURCE, Source::Auto | Source::Body | Source::Form | Source::File);
    type Input = Gathered<S::Value>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe::<S>(doc);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        gather::<S>(cx)
    }

    async fn resolve(_: &mut RequestContext, input: Self::Input) -> Result<S::Value, Failure> {
        input?.ok_or(Failure::Invalid)
    }
}

fn gather<S>(cx: &mut RequestContext) -> Gathered<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    match S::SOURCE {
        _ if file::is_file::<S>() => Ok(file::gather::<S>(cx)),
        Source::Auto | Source::Body => gather_json::<S>(cx),
        _ => Ok(gather_text::<S>(cx)),
    }
}

fn gather_json<S>(cx: &mut RequestContext) -> Gathered<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    const LOCATION: [Segment; 1] = [Segment::Field(std::borrow::Cow::Borrowed("body"))];
    match body::inspect(cx)? {
        JsonBody::Json => {
            let limits = cx.app.limits.validation();
            let always = cx.endpoint.always_diagnose;
            match validate_json_under::<S::Value>(cx.body.bytes(), &LOCATION, &limits, always, S::rules()) {
                Ok(value) => return Ok(Some(value)),
                Err(errors) => cx.invalid_all(errors),
            }
        }
        JsonBody::Absent => {
            if let Some(default) = S::default().or_else(absent::<S::Value>) {
                return Ok(Some(default));
            }
            cx.invalid_all([ValidationError::new(LOCATION.to_vec(), Issue::missing(), Value::Null)]);
        }
        JsonBody::Other => {
            let issue = Issue::new(
                "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from",
            );
            // What was sent is not echoed: it may hold secrets that no schema marks.
            cx.invalid_all([ValidationError::new(LOCATION.to_vec(), issue, Value::Null)]);
        }
    }
    Ok(None)
}

fn gather_text<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let source = S::SOURCE.as_str();
    let limits = cx.app.limits.validation();
    let Ok(mut pairs) = raw::all(cx, S::SOURCE) else {
        cx.invalid(source, S::meta().name, Issue::string_unicode(), Value::Null);
        return None;
    };
    let style = if S::SOURCE == Source::Header { KeyStyle::Header } else { KeyStyle::Exact };
    let result = if <S::Value as Schema>::CLASS == Class::Model {
        if !cx.endpoint.singles.is_empty() {
            let is_single =
                |key: &str| cx.endpoint.singles.iter().any(|(at, name)| *at == source && style.same(key, name));
            pairs.retain(|(key, _)| !is_single(key));
        }
        let files = if S::SOURCE == Source::Form { cx.body.files() } else { Vec::new() };
        let always = cx.endpoint.always_diagnose;
        file::in_scope(files, || validate_text::<S::Value>(&pairs, source, style, &limits, always))
    } else {
        let name = S::meta().name;
        if !pairs.iter().any(|(key, _)| style.same(key, name)) {
            let default = S::default().or_else(absent::<S::Value>);
            if default.is_none() {
                cx.invalid(source, name, Issue::missing(), Value::Null);
            }
            return default;
        }
        validate_list::<S::Value>(&pairs, (source, name), style, &limits, S::rules())
    };
    match result {
        Ok(value) => Some(value),
        Err(errors) => {
            cx.invalid_all(errors);
            None
        }
    }
}

/// What an absent value is for a type that may be absent: `None` for an `Option`
fn absent<T: Schema + DeserializeOwned>() -> Option<T> {
    if T::OPTIONAL { serde_json::from_value(Value::Null).ok() } else { None }
}

fn describe<S>(doc: &mut OperationDoc<'_>)
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    if file::is_file::<S>() {
        return file::describe::<S>(doc);
    }
    let meta = S::meta();
    let required = !<S::Value as Schema>::OPTIONAL && S::default_json().is_none();
    if Generator::lossy::<S::Value>() {
        doc.always_diagnose();
    }
    let class = <S::Value as Schema>::CLASS;
    if class == Class::Union && !matches!(S::SOURCE, Source::Auto | Source::Body) {
        doc.problem(format!("`{}` is an enum with data, which only a JSON body can hold", meta.name));
    }
    let is_group = class == Class::Model;
    match S::SOURCE {
        Source::Auto | Source::Body => {
            let schema =
                <S::Value as Schema>::schema(S::rules(), doc.generator()).with_some("default", S::default_json());
            doc.body(body::MEDIA_TYPE, schema, required, meta);
        }
        Source::Form if is_group => {
            doc.form_model::<S::Value>(required, meta);
        }
        _ if is_group => doc.parameter_group::<S::Value>(S::SOURCE, meta),
        _ => {
            let schema =
                <S::Value as Schema>::schema(S::rules(), doc.generator()).with_some("default", S::default_json());
            let parameter = ParameterDoc::new(S::SOURCE, meta, schema, required);
            if S::SOURCE == Source::Form { doc.form_field(parameter) } else { doc.parameter(parameter) }
        }
    }
}
