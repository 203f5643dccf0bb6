//! One JSON object that several arguments share, each reading the field of its name.
//!
//! As in FastAPI: two body arguments (of the operation, or of what it depends on) make the body an object of both, and
//! one alone is the body itself unless it says `#[body(embed)]`. Which it is, the build knows from the document.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ArgumentSpec;
use super::body::{self, BODY, absent};
use crate::error::{Segment, ValidationError};
use crate::request::RequestContext;
use crate::schema::{Accepted, Issue, Schema, ValidationLimits, accept_json_field, diagnose_json, strict};

/// The body as its fields, cut apart when the first argument asks
#[derive(Debug)]
pub(crate) struct MergedBody {
    state: State,
    /// The whole body, once the slow path has parsed it
    whole: Option<Value>,
}

#[derive(Debug)]
enum State {
    /// Each field that was sent and is declared: the index of its name, and its JSON
    Object(Vec<(usize, Bytes)>),
    /// Something else than an object
    NoObject,
    /// No JSON; that has been noted
    Faulty,
}

/// What the body has for one argument
enum Field {
    Sent(Bytes),
    Absent,
    Unreadable,
}

/// Reads the field of the argument `S` specifies; `None` where that has noted an error
pub(super) fn read<S>(cx: &mut RequestContext) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let name = S::meta().name;
    let limits = cx.app.limits.validation();
    let mut body = match cx.merged_body.take() {
        Some(body) => body,
        None => Box::new(MergedBody::cut(cx, &limits)),
    };
    let read = match body.field(cx, name) {
        Field::Sent(bytes) => read_field::<S>(cx, &mut body, &bytes, &limits),
        Field::Absent => S::default().or_else(absent::<S::Value>).or_else(|| missing(cx, name)),
        Field::Unreadable => match body.state {
            State::NoObject => missing(cx, name),
            State::Object(_) | State::Faulty => None,
        },
    };
    cx.merged_body = Some(body);
    read
}

fn read_field<S>(
    cx: &mut RequestContext,
    body: &mut MergedBody,
    bytes: &[u8],
    limits: &ValidationLimits,
) -> Option<S::Value>
where
    S: ArgumentSpec,
    S::Value: Schema + DeserializeOwned,
{
    let name = S::meta().name;
    let fast = match accept_json_field::<S::Value>(bytes, limits, cx.endpoint.always_diagnose, S::rules()) {
        Accepted::Yes(value) => return Some(value),
        Accepted::Perhaps(fast) => fast,
    };
    let raw = body.whole(cx, limits)?.get(name)?;
    match diagnose_json(fast, raw, place(name), limits, S::rules()) {
        Ok(value) => Some(value),
        Err(errors) => {
            cx.invalid_all(errors);
            None
        }
    }
}

/// What was sent for an argument, for who must tell it
pub(super) fn sent(cx: &mut RequestContext, name: &str) -> Option<Value> {
    let limits = cx.app.limits.validation();
    let Some(mut body) = cx.merged_body.take() else {
        return body::sent(cx)?.get(name).cloned(); // in the context of one branch of a `Join`
    };
    let sent = body.whole(cx, &limits).and_then(|whole| whole.get(name)).cloned();
    cx.merged_body = Some(body);
    sent
}

/// `["body", name]`
pub(super) fn place(name: &'static str) -> Vec<Segment> {
    vec![BODY, name.into()]
}

/// Notes that an argument's field is not there
///
/// Nothing is echoed, as in FastAPI: the object around it belongs to other arguments.
pub(super) fn missing<T>(cx: &mut RequestContext, name: &'static str) -> Option<T> {
    cx.invalid_all([ValidationError::new(place(name), Issue::missing(), Value::Null)]);
    None
}

impl MergedBody {
    fn cut(cx: &mut RequestContext, limits: &ValidationLimits) -> Self {
        let mut body = Self { state: State::NoObject, whole: None };
        let bytes = cx.body.buffered().cloned().unwrap_or_default();
        match strict::fields(&bytes, &cx.endpoint.merged, limits) {
            Ok(fields) => {
                let fields = fields.into_iter().map(|(index, field)| (index, bytes.slice_ref(field)));
                body.state = State::Object(fields.collect());
            }
            Err(error) => {
                if body.whole(cx, limits).is_some_and(Value::is_object) {
                    let issue = Issue::value_error(error); // the two paths disagree
                    cx.invalid_all([ValidationError::new(vec![BODY], issue, Value::Null)]);
                    body.state = State::Faulty;
                }
            }
        }
        body
    }

    fn field(&self, cx: &RequestContext, name: &str) -> Field {
        let State::Object(fields) = &self.state else { return Field::Unreadable };
        let field = fields.iter().find(|(index, _)| cx.endpoint.merged.get(*index).is_some_and(|other| *other == name));
        field.map_or(Field::Absent, |(_, bytes)| Field::Sent(bytes.clone()))
    }

    /// The whole body for the slow path; what is wrong with its text is noted once
    fn whole(&mut self, cx: &mut RequestContext, limits: &ValidationLimits) -> Option<&Value> {
        if matches!(self.state, State::Faulty) {
            return None;
        }
        if self.whole.is_none() {
            match strict::value_from_json(cx.body.bytes(), &[BODY], limits) {
                Ok(value) => self.whole = Some(value),
                Err(fault) => {
                    self.state = State::Faulty;
                    cx.invalid_all([*fault]);
                }
            }
        }
        self.whole.as_ref()
    }
}
