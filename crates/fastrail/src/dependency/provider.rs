//! What makes a dependency, as a typed trait for arguments and as an object for routers.

use std::any::TypeId;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;

use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::Pending;
use crate::request::RequestContext;

/// Makes one dependency; `#[dependency]` writes it
#[diagnostic::on_unimplemented(
    message = "`{Self}` makes no dependency",
    label = "this is no provider",
    note = "put `#[dependency]` above the fn that `#[depends(…)]` names"
)]
pub trait Provider: Send + Sync + 'static {
    /// What it makes
    type Value: Clone + Send + 'static;

    /// Whether it takes a credential, directly or through what it takes
    const SECURITY: bool;

    /// Whether it takes something from the body
    const BODY: bool;

    /// Whether it, or something that it takes, has a teardown that runs before the answer is sent
    const ENDS_BEFORE_RESPONSE: bool;

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

    /// Reads what it takes from the request; the value is made of that once every input has fit
    fn gather(&self, cx: &mut RequestContext) -> impl Pending<Self::Value> + use<Self>;
}

/// A provider for its effect only: on a router, on the app
pub type DynProvider = Box<dyn AnyProvider>;

/// What a [`DynProvider`] has gathered
pub(crate) type BoxedPending = Box<dyn AnyPending>;

/// [`Provider`] as an object
pub trait AnyProvider: Send + Sync {
    /// See [`Provider::SECURITY`]
    fn is_security(&self) -> bool;
    /// See [`Provider::BODY`]
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
        P::SECURITY
    }

    fn reads_body(&self) -> bool {
        P::BODY
    }

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        super::kind::describe(self, true, doc);
    }

    fn gather(&self, cx: &mut RequestContext) -> Box<dyn AnyPending> {
        Box::new(ForEffect(super::kind::gather(self, true, cx), PhantomData))
    }
}
