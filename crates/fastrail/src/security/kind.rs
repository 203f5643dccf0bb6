//! How a credential becomes an argument.

use super::SecurityScheme;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{ArgumentSpec, Kind, Opt};
use crate::request::RequestContext;

/// The kind of credentials
#[derive(Debug)]
pub struct CredentialKind;

impl<S> Kind<S> for CredentialKind
where
    S: ArgumentSpec,
    S::Value: SecurityScheme,
{
    const SECURITY: bool = true;
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.security::<S::Value>(true);
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<S::Value, Failure> {
        S::Value::read(&cx.parts.headers).ok_or_else(|| Failure::Error(S::Value::missing()))
    }
}

impl<S, T> Kind<S> for Opt<CredentialKind>
where
    S: ArgumentSpec<Value = Option<T>>,
    T: SecurityScheme,
{
    const SECURITY: bool = true;
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.security::<T>(false);
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<Option<T>, Failure> {
        Ok(T::read(&cx.parts.headers))
    }
}
