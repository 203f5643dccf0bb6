//! How a dependency becomes an argument: overridden, shared, or simply made.

use std::future::Future;
use std::marker::PhantomData;

use futures_util::future::Either;

use super::{Dependency, Kept, Provider};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{ArgumentSpec, Facts, Pending, Take};
use crate::request::RequestContext;

/// The kind of types that a `#[dependency]` makes; `CACHED` is off at an argument with `#[depends(cache = false)]`
#[derive(Debug)]
pub struct DependencyKind<const CACHED: bool = true>;

/// The kind of an argument with `#[depends(provider)]`; `CACHED` is off with `#[depends(provider, cache = false)]`
#[derive(Debug)]
pub struct ProvidedBy<D, const CACHED: bool = true>(PhantomData<D>);

/// Names the provider of a [`ProvidedBy`] argument; the macro writes it
pub trait Designated: 'static {
    /// Its type
    type Provider: Provider;
    /// The provider with its parameters
    fn provider() -> &'static Self::Provider;
}

impl<S, const CACHED: bool> Take<S> for DependencyKind<CACHED>
where
    S: ArgumentSpec,
    S::Value: Dependency,
{
    const FACTS: Facts = <<S::Value as Dependency>::Provider as Provider>::FACTS;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe(S::Value::provider(), CACHED, doc);
    }

    fn gather(cx: &mut RequestContext) -> impl Pending<S::Value> + use<S, CACHED> {
        gather(S::Value::provider(), CACHED, cx)
    }
}

impl<S, D, const CACHED: bool> Take<S> for ProvidedBy<D, CACHED>
where
    S: ArgumentSpec<Value = <D::Provider as Provider>::Value>,
    D: Designated,
{
    const FACTS: Facts = D::Provider::FACTS;

    fn describe(doc: &mut OperationDoc<'_>) {
        describe(D::provider(), CACHED, doc);
    }

    fn gather(cx: &mut RequestContext) -> impl Pending<S::Value> + use<S, D, CACHED> {
        gather(D::provider(), CACHED, cx)
    }
}

/// Documents what makes a type, for a provider that takes it
pub(crate) fn describe_dependency<D: Dependency>(doc: &mut OperationDoc<'_>) {
    describe(D::provider(), true, doc);
}

/// Reads what a type is made of, for a provider that takes it
pub(crate) fn gather_dependency<D: Dependency>(cx: &mut RequestContext) -> impl Pending<D> + use<D> {
    gather(D::provider(), true, cx)
}

/// Documents a provider, the first time that an operation reaches it
pub(super) fn describe<P: Provider>(provider: &P, cached: bool, doc: &mut OperationDoc<'_>) {
    doc.takes::<P::Value>();
    if !(cached && P::CACHED) || doc.enter_dependency(P::key(), P::FACTS.security) {
        doc.inside_dependency(|doc| provider.describe(doc));
    }
}

/// Reads what a provider takes, unless someone else makes its value
pub(super) fn gather<P: Provider>(
    provider: &P,
    cached: bool,
    cx: &mut RequestContext,
) -> impl Pending<P::Value> + use<P> {
    if cx.endpoint.overridden && cx.app.overrides.has::<P::Value>() {
        return Making::<P, _>::Overridden;
    }
    let shared = cached && P::CACHED && cx.endpoint.is_shared(P::key());
    if shared && !cx.gather_once(P::key()) {
        return Making::Shared;
    }
    Making::Own { pending: provider.gather(cx), shared }
}

/// A dependency between gathering and its value
enum Making<P, I> {
    /// It will be made of this; `shared`: and kept for those who ask for it later
    Own { pending: I, shared: bool },
    /// It is made by an earlier argument of the same request
    Shared,
    /// It is replaced
    Overridden,
    #[allow(dead_code, reason = "a type parameter must be used")]
    Of(PhantomData<fn() -> P>, std::convert::Infallible),
}

impl<P: Provider, I: Pending<P::Value>> Pending<P::Value> for Making<P, I> {
    fn resolve(self, cx: &mut RequestContext) -> impl Future<Output = Result<P::Value, Failure>> + Send {
        match self {
            Self::Own { pending, shared: false } => Either::Left(pending.resolve(cx)),
            other => Either::Right(Box::pin(other.share(cx))),
        }
    }
}

impl<P: Provider, I: Pending<P::Value>> Making<P, I> {
    /// A value that somebody else has made, or will ask for
    async fn share(self, cx: &mut RequestContext) -> Result<P::Value, Failure> {
        match self {
            Self::Own { pending, .. } => {
                let value = pending.resolve(cx).await?;
                cx.keep_resolved(P::key(), Kept::<P>(P::keep(&value)));
                Ok(value)
            }
            // Otherwise its first use has noted why.
            Self::Shared => cx.resolved(P::key()).map(P::keep).ok_or(Failure::Invalid),
            Self::Overridden => match cx.app.overrides.make::<P::Value>() {
                Some(value) => value.await.map_err(Failure::Error),
                None => Err(Failure::Invalid),
            },
            Self::Of(_, never) => match never {},
        }
    }
}
