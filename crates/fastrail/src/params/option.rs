//! `Option<T>`: absent is `None`, wrong is still an error.

use std::future::{Future, ready};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::scalar::{Read, describe, read};
use super::{ArgumentSpec, Kind, Reading, ScalarKind, Source, body, validators};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;
use crate::schema::Scalar;

/// The kind of `Option<T>`, made from the kind of `T`
#[derive(Debug)]
pub struct Opt<K>(PhantomData<K>);

impl<K: 'static> Reading for Opt<K> {}

impl<S, T> Kind<S> for Opt<ScalarKind>
where
    S: ArgumentSpec<Value = Option<T>>,
    T: Scalar + DeserializeOwned + Send + 'static,
{
    const BODY: bool = matches!(S::SOURCE, Source::Form | Source::Body);
    /// `None` where nothing was sent is `Some(None)`; `None` does not fit
    type Input = Option<Option<T>>;

    fn describe(doc: &mut OperationDoc<'_>) {
        if S::SOURCE == Source::Body {
            return body::describe::<S>(doc);
        }
        describe::<S, Option<T>>(doc, false);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        if S::SOURCE == Source::Body {
            return body::gather::<S>(cx);
        }
        match read::<S, T>(cx) {
            Read::Value(value) => Some(Some(value)),
            Read::Invalid => None,
            Read::Absent => Some(S::default().flatten()),
        }
    }

    async fn validate(cx: &mut RequestContext, input: &mut Self::Input) -> Result<(), Failure> {
        if cx.endpoint.validators.is_empty() {
            return Ok(());
        }
        Box::pin(validators::run::<S, S::Value>(cx, input)).await
    }

    fn resolve(_: &mut RequestContext, input: Self::Input) -> impl Future<Output = Result<Option<T>, Failure>> + Send {
        ready(input.ok_or(Failure::Invalid))
    }
}
