//! Models: the JSON body, a form, a group of parameters; and lists from repeated keys.

use std::future::{Future, ready};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::{self, absent};
use super::{ArgumentSpec, Kind, NotUtf8, Opt, Reading, Source, Style, TextPairs, file, raw, style, validators};
use crate::error::{Failure, ValidationError};
use crate::openapi::{OperationDoc, ParameterDoc};
use crate::request::RequestContext;
use crate::schema::{Class, Generator, Issue, KeyStyle, Schema, validate_group, validate_list};

/// A model, a list, a set or a map
///
/// Without an attribute it is the JSON body. With `#[query]`, `#[header]`, `#[cookie]`, `#[path]` or `#[form]` a
/// struct is a group, whose fields are the parameters, and a list takes every value of its own name.
#[derive(Debug)]
pub struct ModelKind;

impl Reading for ModelKind {}

impl<S> Kind<S> for ModelKind
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    const BODY: bool = matches!(S::SOURCE, Source::Auto | Source::Body | Source::Form | Source::File);
    type Input = Option<S::Value>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe::<S>(doc);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        gather::<S>(cx)
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

// `Option<Model>`: no body at all is `None`.
impl<S, T> Kind<S> for Opt<ModelKind>
where
    S: ArgumentSpec<Value = Option<T>>,
    T: Send + 'static,
    Option<T>: Schema + DeserializeOwned,
{
    const BODY: bool = matches!(S::SOURCE, Source::Auto | Source::Body | Source::Form | Source::File);
    type Input = Option<S::Value>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe::<S>(doc);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        gather::<S>(cx)
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

fn gather<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    match S::SOURCE {
        _ if file::is_file::<S>() => file::gather::<S>(cx),
        Source::Auto | Source::Body => body::gather::<S>(cx),
        _ if <S::Value as Schema>::CLASS == Class::Model => gather_group::<S>(cx),
        _ => gather_list::<S>(cx),
    }
}

/// From text, for a struct: each field a parameter, or with `deepObject` a key in brackets
fn gather_group<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let (source, name) = (S::SOURCE.as_str(), S::meta().name);
    let style = key_style(S::SOURCE);
    let limits = cx.app.limits.validation();
    let always = cx.endpoint.always_diagnose;
    let mut pairs = match raw::all(cx, S::SOURCE) {
        Ok(pairs) if pairs.len() <= cx.app.limits.max_parameters => pairs,
        Ok(_) => return too_many(cx, source, None),
        Err(NotUtf8) => return not_utf8(cx, source, name),
    };
    let result = if S::STYLE == Style::DeepObject {
        pairs = style::fields(pairs, name);
        let default = if pairs.is_empty() { S::default().or_else(absent::<S::Value>) } else { None };
        if default.is_some() {
            return default;
        }
        validate_group::<S::Value>(&pairs, || vec![source.into(), name.into()], style, &limits, always)
    } else {
        if !cx.endpoint.singles.is_empty() {
            let singles = &cx.endpoint.singles;
            let is_single = |key: &str, name: &str| {
                if name.ends_with('[') { key.starts_with(name) } else { style.same(key, name) }
            };
            pairs.retain(|(key, _)| !singles.iter().any(|(at, name)| *at == source && is_single(key, name)));
        }
        let files = if S::SOURCE == Source::Form { cx.body.files() } else { Vec::new() };
        file::in_scope(files, || validate_group::<S::Value>(&pairs, || vec![source.into()], style, &limits, always))
    };
    result.map_err(|errors| cx.invalid_all(errors)).ok()
}

/// From text, for a list: every value of its name, or with another style the items in one value
fn gather_list<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let (source, name) = (S::SOURCE.as_str(), S::meta().name);
    let style = key_style(S::SOURCE);
    let limits = cx.app.limits.validation();
    let most = cx.app.limits.max_parameters;
    let sent = if S::STYLE == Style::Form {
        let pairs = raw::all(cx, S::SOURCE);
        let is_sent = |pairs: &TextPairs<'_>| pairs.iter().any(|(key, _)| style.same(key, name));
        if pairs.as_ref().is_ok_and(|pairs| !is_sent(pairs)) { None } else { Some(pairs) }
    } else {
        style::items(cx.parts.uri.query().unwrap_or_default(), name, S::STYLE, most)
    };
    let pairs = match sent {
        Some(Ok(pairs)) if pairs.len() <= most => pairs,
        Some(Ok(_)) => return too_many(cx, source, Some(name)),
        Some(Err(NotUtf8)) => return not_utf8(cx, source, name),
        None => {
            let default = S::default().or_else(absent::<S::Value>);
            if default.is_none() {
                cx.invalid(source, name, Issue::missing(), Value::Null);
            }
            return default;
        }
    };
    let result = validate_list::<S::Value>(&pairs, (source, name), style, &limits, S::rules());
    result.map_err(|errors| cx.invalid_all(errors)).ok()
}

fn key_style(source: Source) -> KeyStyle {
    if source == Source::Header { KeyStyle::Header } else { KeyStyle::Exact }
}

fn not_utf8<T>(cx: &mut RequestContext, source: &'static str, name: &'static str) -> Option<T> {
    cx.invalid(source, name, Issue::string_unicode(), Value::Null);
    None
}

/// Notes that there are more pairs or items than the app allows
fn too_many<T>(cx: &mut RequestContext, source: &'static str, name: Option<&'static str>) -> Option<T> {
    let most = cx.app.limits.max_parameters;
    let message = format!("At most {most} parameters are read");
    let issue = Issue::new("too_many_parameters", message).with("max_parameters", most);
    let location = [Some(source), name].into_iter().flatten().map(Into::into).collect();
    cx.invalid_all([ValidationError::new(location, issue, Value::Null)]);
    None
}

fn describe<S>(doc: &mut OperationDoc<'_>)
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    if file::is_file::<S>() {
        return file::describe::<S>(doc);
    }
    if matches!(S::SOURCE, Source::Auto | Source::Body) {
        return body::describe::<S>(doc);
    }
    doc.async_validators::<S::Value>();
    let meta = S::meta();
    let required = !<S::Value as Schema>::OPTIONAL && S::default_json().is_none();
    if Generator::lossy::<S::Value>() {
        doc.always_diagnose();
    }
    let class = <S::Value as Schema>::CLASS;
    if class == Class::Union {
        doc.problem(format!("`{}` is an enum with data, which only a JSON body can hold", meta.name));
    }
    match (S::SOURCE, class) {
        (Source::Form, Class::Model) => doc.form_model::<S::Value>(required, meta),
        (source, Class::Model) if S::STYLE == Style::DeepObject => {
            let needs = doc.generator().inline::<S::Value>().0.contains_key("required");
            let schema = <S::Value as Schema>::schema(S::rules(), doc.generator());
            let schema = schema.with_some("default", S::default_json());
            doc.parameter(ParameterDoc::new(source, meta, schema, required && needs).styled(S::STYLE));
        }
        (source, Class::Model) => doc.parameter_group::<S::Value>(source, meta),
        (source, _) => {
            let schema =
                <S::Value as Schema>::schema(S::rules(), doc.generator()).with_some("default", S::default_json());
            let parameter = ParameterDoc::new(source, meta, schema, required).styled(S::STYLE);
            if source == Source::Form { doc.form_field(parameter) } else { doc.parameter(parameter) }
        }
    }
}
