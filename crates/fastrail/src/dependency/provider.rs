//! What makes a dependency, as a typed trait for arguments and as an object for routers.

use std::any::{Any, TypeId};
use std::marker::PhantomData;

use futures_util::future::BoxFuture;

use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{Facts, Pending};
use crate::request::RequestContext;

/// Makes one dependency; `#[dependency]` writes it
pub trait Provider: Send + Sync + 'static {
    /// What it makes
    type Value: Send + 'static;

    /// What is true of it or of anything that it takes
    const FACTS: Facts;

    /// Whether it runs once in a request, however many ask for it
    ///
    /// Off for one with parameters of its own (`requires("users:read")`) and for `#[dependency(cache = false)]`.
    const CACHED: bool = true;

    /// Under which its value is shared within a request: the same for a type and for the fn that makes it
    fn key() -> TypeId {
        TypeId::of::<Self>()
    }

    /// Documents everything that it takes and can answer
    fn describe(&self, doc: &mut OperationDoc<'_>);

    /// Clones the value, for its teardown and for those who ask for it later in the same request
    fn keep(value: &Self::Value) -> Self::Value;

    /// Reads what it takes from the request; the value is made of that once every input has fit
    fn gather(&self, cx: &mut RequestContext) -> impl Pending<Self::Value> + use<Self>;
}

/// Clones a dependency's value; the macro calls it, so that a type without `Clone` is told once
pub fn copy_of<T: Copied>(value: &T) -> T {
    value.copy()
}

/// A type whose values a dependency can hand to several who ask for it
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a dependency: a request may need several of it, but it is not `Clone`",
    label = "this type cannot be cloned",
    note = "add `#[derive(Clone)]`; where it holds what cannot be cloned, hold that in an `Arc`"
)]
pub trait Copied {
    /// Clones it
    fn copy(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Copied for T {
    fn copy(&self) -> Self {
        self.clone()
    }
}

/// A value that is kept for those who ask for it later in the same request
pub(crate) struct Kept<P: Provider>(pub(crate) P::Value);

/// [`Kept`] as an object
pub(crate) trait AnyKept: Send {
    /// The value
    fn value(&self) -> &dyn Any;
    /// Another one, for a context that runs at the same time
    fn copy(&self) -> Box<dyn AnyKept>;
}

impl<P: Provider> AnyKept for Kept<P> {
    fn value(&self) -> &dyn Any {
        &self.0
    }

    fn copy(&self) -> Box<dyn AnyKept> {
        Box::new(Self(P::keep(&self.0)))
    }
}

/// A provider for its effect only: on a router, on the app
pub type DynProvider = Box<dyn AnyProvider>;

/// What a [`DynProvider`] has gathered
pub(crate) type BoxedPending = Box<dyn AnyPending>;

/// [`Provider`] as an object
pub trait AnyProvider: Send + Sync {
    /// See [`Facts::security`]
    fn is_security(&self) -> bool;
    /// See [`Facts::body`]
    fn reads_body(&self) -> bool;
    /// See [`Provider::describe`]
    fn describe(&self, doc: &mut OperationDoc<'_>);
    /// See [`Provider::gather`]
    fn gather(&self, cx: &mut RequestContext) -> Box<dyn AnyPending>;
}

/// [`Pending`] as an object; the value is dropped
pub trait AnyPending: Send {
    /// See [`Pending::resolve`]
    fn resolve<'a>(self: Box<Self>, cx: &'a mut RequestContext) -> BoxFuture<'a, Result<(), Failure>>;
}

/// A [`Pending`] whose type of value is left out
struct ForEffect<T, I>(I, PhantomData<fn() -> T>);

impl<T: Send + 'static, I: Pending<T>> AnyPending for ForEffect<T, I> {
    fn resolve<'a>(self: Box<Self>, cx: &'a mut RequestContext) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move { self.0.resolve(cx).await.map(drop) })
    }
}

impl<P: Provider> AnyProvider for P {
    fn is_security(&self) -> bool {
        P::FACTS.security
    }

    fn reads_body(&self) -> bool {
        P::FACTS.body
    }

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        super::kind::describe(self, true, doc);
    }

    fn gather(&self, cx: &mut RequestContext) -> Box<dyn AnyPending> {
        Box::new(ForEffect(super::kind::gather(self, true, cx), PhantomData))
    }
}
