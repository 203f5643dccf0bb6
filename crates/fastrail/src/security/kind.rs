//! How a credential becomes an argument.

use std::future::{Future, ready};

use futures_util::TryFutureExt;
use futures_util::future::Either;

use super::SecurityScheme;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{ArgumentSpec, Kind, Opt, Reading};
use crate::request::RequestContext;

/// The kind of credentials
#[derive(Debug)]
pub struct CredentialKind;

impl Reading for CredentialKind {}

impl<S> Kind<S> for CredentialKind
where
    S: ArgumentSpec,
    S::Value: SecurityScheme,
{
    const SECURITY: bool = true;
    type Input = Option<S::Value>;

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.security::<S::Value>(true);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        if cx.app.overrides.has::<S::Value>() {
            return None;
        }
        let credential = read::<S::Value>(cx);
        if credential.is_none() {
            cx.refuse(S::Value::missing());
        }
        credential
    }

    fn resolve(cx: &mut RequestContext, input: Self::Input) -> impl Future<Output = Result<S::Value, Failure>> + Send {
        match cx.app.overrides.make::<S::Value>() {
            Some(credential) => Either::Left(credential.map_err(Failure::Error)),
            None => Either::Right(ready(input.ok_or_else(|| Failure::Error(S::Value::missing())))),
        }
    }
}

impl<S, T> Kind<S> for Opt<CredentialKind>
where
    S: ArgumentSpec<Value = Option<T>>,
    T: SecurityScheme,
{
    const SECURITY: bool = true;
    type Input = Option<T>;

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.security::<T>(false);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        if cx.app.overrides.has::<T>() { None } else { read::<T>(cx) }
    }

    fn resolve(cx: &mut RequestContext, input: Self::Input) -> impl Future<Output = Result<Option<T>, Failure>> + Send {
        match cx.app.overrides.make::<T>() {
            Some(credential) => Either::Left(credential.map_ok(Some).map_err(Failure::Error)),
            None => Either::Right(ready(Ok(input))),
        }
    }
}

/// Reads a credential; a malformed one refuses the request, also where it is optional
fn read<T: SecurityScheme>(cx: &mut RequestContext) -> Option<T> {
    match T::read(&cx.parts) {
        Ok(credential) => credential,
        Err(error) => {
            cx.refuse(error);
            None
        }
    }
}
