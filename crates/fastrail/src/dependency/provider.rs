//! What makes a dependency, as a typed trait for arguments and as an object for routers.

use std::any::{Any, TypeId};
use std::future::Future;

use futures_util::future::BoxFuture;

use super::Outcome;
use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::request::RequestContext;
use crate::response::ReplyError;

/// Makes one dependency; `#[dependency]` writes it
pub trait Provider: Send + Sync + 'static {
    /// What it makes
    type Value: Clone + Send + 'static;

    /// What is gathered from the request before it runs
    type Input: Send + 'static;

    /// Whether it takes a credential, directly or through what it takes
    const SECURITY: bool;

    /// Whether it takes something from the body
    const BODY: bool;

    /// Whether it has parameters of its own (`requires("users:read")`); such a one is not shared within a request
    const PARAMETERISED: bool = false;

    /// Under which its value is shared within a request: the same for a type and for the fn that makes it
    fn key() -> TypeId {
        TypeId::of::<Self>()
    }

    /// Documents everything that it takes and can answer
    fn describe(&self, doc: &mut OperationDoc<'_>);

    /// Reads what it takes from the request
    fn gather(&self, cx: &mut RequestContext) -> Self::Input;

    /// Makes the value
    fn resolve(
        &self,
        cx: &mut RequestContext,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Value, Failure>> + Send;
}

/// A provider for its effect only: on a router, on the app
pub type DynProvider = Box<dyn AnyProvider>;

/// What a [`DynProvider`] has gathered
pub(crate) type BoxedInput = Box<dyn Any + Send>;

/// [`Provider`] as an object
pub trait AnyProvider: Send + Sync {
    /// See [`Provider::SECURITY`]
    fn is_security(&self) -> bool;
    /// See [`Provider::BODY`]
    fn reads_body(&self) -> bool;
    /// See [`Provider::describe`]
    fn describe(&self, doc: &mut OperationDoc<'_>);
    /// See [`Provider::gather`]
    fn gather(&self, cx: &mut RequestContext) -> BoxedInput;
    /// See [`Provider::resolve`]; the value is dropped
    fn resolve<'a>(&'a self, cx: &'a mut RequestContext, input: BoxedInput) -> BoxFuture<'a, Result<(), Failure>>;
}

impl<P: Provider> AnyProvider for P {
    fn is_security(&self) -> bool {
        P::SECURITY
    }

    fn reads_body(&self) -> bool {
        P::BODY
    }

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        super::kind::describe(self, doc);
    }

    fn gather(&self, cx: &mut RequestContext) -> BoxedInput {
        Box::new(super::kind::gather(self, cx))
    }

    fn resolve<'a>(&'a self, cx: &'a mut RequestContext, input: BoxedInput) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            match input.downcast() {
                Ok(input) => super::kind::resolve(self, cx, *input).await.map(drop),
                Err(_) => Err(Failure::Error(Error::internal("a provider was given another one's input"))),
            }
        })
    }
}

/// Keeps a teardown until the operation has ended; the macro calls it for `#[dependency(teardown = …)]`
pub fn keep_teardown<T, F, Fut, E>(cx: &mut RequestContext, value: &T, teardown: F)
where
    T: Clone + Send + 'static,
    F: FnOnce(T, Outcome) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(), E>> + Send + 'static,
    E: ReplyError,
{
    let value = value.clone();
    cx.push_teardown(Box::new(move |outcome| {
        Box::pin(async move { teardown(value, outcome).await.map_err(Into::into) })
    }));
}

/// Documents what a teardown can answer in place of a success; the macro calls it
pub fn describe_teardown<T, F, Fut, E>(doc: &mut OperationDoc<'_>, _: F)
where
    F: FnOnce(T, Outcome) -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: ReplyError,
{
    E::describe_errors(doc);
}
