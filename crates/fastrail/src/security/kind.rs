//! How a credential becomes an argument.

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
        let credential = S::Value::read(&cx.parts.headers);
        if credential.is_none() && !cx.app.overrides.has::<S::Value>() {
            cx.refuse(S::Value::missing());
        }
        credential
    }

    async fn resolve(cx: &mut RequestContext, input: Self::Input) -> Result<S::Value, Failure> {
        match cx.app.overrides.make::<S::Value>() {
            Some(credential) => credential.await.map_err(Failure::Error),
            None => input.ok_or_else(|| Failure::Error(S::Value::missing())),
        }
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
        match cx.app.overrides.make::<T>() {
            Some(credential) => credential.await.map(Some).map_err(Failure::Error),
            None => Ok(T::read(&cx.parts.headers)),
        }
    }
}
