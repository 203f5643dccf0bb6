//! `Option<T>`: absent is `None`, wrong is still an error.

use std::marker::PhantomData;

use super::scalar::{Read, describe, read};
use super::{ArgumentSpec, Kind, Reading, ScalarKind, Source};
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
    T: Scalar + Send + 'static,
{
    const BODY: bool = matches!(S::SOURCE, Source::Form | Source::Body);
    type Input = Option<T>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe::<S, Option<T>>(doc, false);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        match read::<S, T>(cx) {
            Read::Value(value) => Some(value),
            Read::Invalid => None,
            Read::Absent => S::default().flatten(),
        }
    }

    async fn resolve(_: &mut RequestContext, input: Self::Input) -> Result<Option<T>, Failure> {
        Ok(input)
    }
}
