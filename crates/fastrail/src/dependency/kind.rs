//! How a dependency becomes an argument: overridden, shared, or simply made.

use std::marker::PhantomData;

use super::{Dependency, Provider};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{ArgumentSpec, Kind};
use crate::request::RequestContext;

/// The kind of types that a `#[dependency]` makes
#[derive(Debug)]
pub struct DependencyKind;

/// The kind of an argument with `#[depends(provider)]`
#[derive(Debug)]
pub struct ProvidedBy<D>(PhantomData<D>);

/// Names the provider of a [`ProvidedBy`] argument; the macro writes it
pub trait Designated: 'static {
    /// Its type
    type Provider: Provider;
    /// The provider with its parameters
    fn provider() -> &'static Self::Provider;
}

/// What a dependency has gathered
#[derive(Debug)]
pub enum DependencyInput<I> {
    /// It will be made of this
    Own(I),
    /// It is replaced by an override, or made by an earlier argument of the same request
    Elsewhere,
}

impl<S> Kind<S> for DependencyKind
where
    S: ArgumentSpec,
    S::Value: Dependency,
{
    const SECURITY: bool = <<S::Value as Dependency>::Provider as Provider>::SECURITY;
    const BODY: bool = <<S::Value as Dependency>::Provider as Provider>::BODY;
    type Input = DependencyInput<<<S::Value as Dependency>::Provider as Provider>::Input>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe(S::Value::provider(), doc);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        gather(S::Value::provider(), cx)
    }

    async fn resolve(cx: &mut RequestContext, input: Self::Input) -> Result<S::Value, Failure> {
        resolve(S::Value::provider(), cx, input).await
    }
}

impl<S, D> Kind<S> for ProvidedBy<D>
where
    S: ArgumentSpec<Value = <D::Provider as Provider>::Value>,
    D: Designated,
{
    const SECURITY: bool = D::Provider::SECURITY;
    const BODY: bool = D::Provider::BODY;
    type Input = DependencyInput<<D::Provider as Provider>::Input>;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe(D::provider(), doc);
    }

    fn gather(cx: &mut RequestContext) -> Self::Input {
        gather(D::provider(), cx)
    }

    async fn resolve(cx: &mut RequestContext, input: Self::Input) -> Result<S::Value, Failure> {
        resolve(D::provider(), cx, input).await
    }
}

/// Documents a provider, the first time that an operation reaches it
pub(super) fn describe<P: Provider>(provider: &P, doc: &mut OperationDoc<'_>) {
    if P::PARAMETERISED || doc.enter_dependency(P::key()) {
        doc.inside_dependency(|doc| provider.describe(doc));
    }
}

/// Reads what a provider takes, unless someone else makes its value
pub(super) fn gather<P: Provider>(provider: &P, cx: &mut RequestContext) -> DependencyInput<P::Input> {
    if cx.app.overrides.has::<P::Value>() {
        return DependencyInput::Elsewhere;
    }
    let key = P::key();
    if !P::PARAMETERISED && cx.endpoint.is_shared(key) && !cx.gather_once(key) {
        return DependencyInput::Elsewhere;
    }
    DependencyInput::Own(provider.gather(cx))
}

/// Makes the value, or takes it from where it has been made
pub(super) async fn resolve<P: Provider>(
    provider: &P,
    cx: &mut RequestContext,
    input: DependencyInput<P::Input>,
) -> Result<P::Value, Failure> {
    let key = P::key();
    let shared = !P::PARAMETERISED && cx.endpoint.is_shared(key);
    if shared && let Some(value) = cx.resolved::<P::Value>(key) {
        return Ok(value);
    }
    let value = match input {
        DependencyInput::Own(input) => provider.resolve(cx, input).await?,
        DependencyInput::Elsewhere => {
            let replacement = cx.app.overrides.make::<P::Value>();
            match replacement {
                Some(value) => value.await.map_err(Failure::Error)?,
                None => return Err(Failure::Invalid), // its first use has noted why
            }
        }
    };
    if shared {
        cx.keep_resolved(key, value.clone());
    }
    Ok(value)
}
