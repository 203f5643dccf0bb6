//! Runs the async validators of one argument, and tells what they find at its place.

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::checks::{AsyncChecks, AsyncValidators, Check, Step};
use super::erased::ValidatorState;
use crate::error::{Failure, Location};
use crate::params::{ArgumentSpec, Raw, Source, Style, body, merged, raw, style};
use crate::request::RequestContext;
use crate::schema::{Class, Diagnosis, Issue, KeyStyle, Mode, Schema, pairs_to_value};

/// Runs what the value of `S` has of async validators; `value` is the same, or what is in its `Option`
///
/// # Errors
/// [`Failure::Invalid`] where a value does not fit, which is noted; else what a validator or its dependency answers.
pub(in crate::params) fn run<'a, S, T>(
    cx: &'a mut RequestContext,
    value: &'a mut Option<T>,
) -> BoxFuture<'a, Result<(), Failure>>
where
    S: ArgumentSpec,
    T: Schema + Send,
{
    Box::pin(async move {
        let validators = AsyncValidators::of::<T>();
        if validators.is_empty() {
            return Ok(());
        }
        ValidatorState::prepare(cx, &validators).await?;
        let checks = match value {
            Some(value) => AsyncChecks::of(&*value, &cx.rare_mut().validators),
            None => return Ok(()),
        };
        let mut failed: Vec<Failed> = Vec::new();
        for Check { steps, outcome, report } in checks {
            // A whole is checked when everything inside has fit, and a field by its second validator after its first.
            if failed.iter().any(|failed| failed.steps.starts_with(&steps)) {
                continue;
            }
            if let Err(issue) = outcome.await.map_err(Failure::Error)? {
                failed.push(Failed { steps, issue, report });
            }
        }
        if failed.is_empty() {
            return Ok(());
        }
        note::<S, T>(cx, failed);
        Err(Failure::Invalid)
    })
}

/// A check that a value has not passed
struct Failed {
    steps: Vec<Step>,
    issue: Issue,
    report: fn(&mut Diagnosis, Issue, &Value),
}

fn note<S: ArgumentSpec, T: Schema>(cx: &mut RequestContext, failed: Vec<Failed>) {
    let sent = Sent::read::<S, T>(cx);
    let limits = cx.app.limits.validation();
    for Failed { steps, issue, report } in failed {
        let (mut place, mut value, mut keys) = (sent.place.clone(), Some(&sent.value), sent.keys);
        for step in steps {
            value = step.go(value, keys, &mut place);
            keys = KeyStyle::Exact;
        }
        let mut diagnosis = limits.diagnosis(sent.mode, place);
        report(&mut diagnosis, issue, value.unwrap_or(&Value::Null));
        cx.invalid_all(diagnosis.into_errors());
    }
}

/// What was sent for an argument, read once more, since its typed value does not tell
struct Sent {
    mode: Mode,
    keys: KeyStyle,
    place: Location,
    value: Value,
}

impl Sent {
    fn read<S: ArgumentSpec, T: Schema>(cx: &mut RequestContext) -> Self {
        let (source, meta) = (S::SOURCE.as_str(), S::meta());
        let is_scalar = matches!(T::CLASS, Class::Number | Class::Text | Class::Plain);
        if S::SOURCE == Source::Body || (S::SOURCE == Source::Auto && !is_scalar) {
            let (place, value) = if cx.endpoint.merged.is_empty() {
                (vec![body::BODY], body::sent(cx))
            } else {
                (merged::place(meta.name), merged::sent(cx, meta.name))
            };
            return Self { mode: Mode::Json, keys: KeyStyle::Exact, place, value: value.unwrap_or_default() };
        }
        let keys = if S::SOURCE == Source::Header { KeyStyle::Header } else { KeyStyle::Exact };
        let named: Location = vec![source.into(), meta.name.into()];
        let (place, value) = if is_scalar {
            let text = match Raw::last(cx, S::SOURCE, meta) {
                Raw::Text(text) => text.into_owned().into(),
                Raw::Absent | Raw::NotUtf8 => Value::Null,
            };
            (named, text)
        } else {
            let pairs = match S::STYLE {
                Style::Form | Style::DeepObject => raw::all(cx, S::SOURCE),
                style => style::items(cx.parts.uri.query().unwrap_or_default(), meta.name, style, usize::MAX)
                    .unwrap_or_else(|| Ok(Vec::new())),
            };
            let pairs = pairs.unwrap_or_default();
            match (T::CLASS, S::STYLE) {
                (Class::Model, Style::DeepObject) => (named, pairs_to_value(&style::fields(pairs, meta.name), keys)),
                (Class::Model, _) => (vec![source.into()], pairs_to_value(&pairs, keys)),
                _ => {
                    let values = pairs.iter().filter(|(key, _)| keys.same(key, meta.name));
                    (named, values.map(|(_, value)| Value::from(value.as_ref())).collect())
                }
            }
        };
        Self { mode: Mode::Text, keys, place, value }
    }
}
