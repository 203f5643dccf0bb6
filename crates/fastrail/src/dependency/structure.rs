//! Types that are dependencies: a struct whose fields are arguments, or what a `#[dependency]` fn returns.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use super::Provider;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// What `#[derive(Dependency)]` writes for a struct, and `#[dependency]` for the type that its fn returns
pub trait StructDependency: Clone + Send + 'static {
    /// What is gathered for the fields
    type Input: Send + 'static;
    /// Whether it takes a credential
    const SECURITY: bool;
    /// Whether it reads the body
    const BODY: bool;
    /// Documents what it takes
    fn describe(doc: &mut OperationDoc<'_>);
    /// Reads what it takes
    fn gather(cx: &mut RequestContext) -> Self::Input;
    /// Makes the value
    fn resolve(cx: &mut RequestContext, input: Self::Input) -> impl Future<Output = Result<Self, Failure>> + Send;
}

/// The provider of such a type; as visible as the type itself, which an associated type must be
pub struct StructProvider<T>(PhantomData<fn() -> T>);

impl<T> StructProvider<T> {
    /// The only value
    pub const NEW: Self = Self(PhantomData);
}

impl<T> fmt::Debug for StructProvider<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StructProvider")
    }
}

impl<T: StructDependency> Provider for StructProvider<T> {
    type Value = T;
    type Input = T::Input;
    const SECURITY: bool = T::SECURITY;
    const BODY: bool = T::BODY;

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        T::describe(doc);
    }

    fn gather(&self, cx: &mut RequestContext) -> Self::Input {
        T::gather(cx)
    }

    async fn resolve(&self, cx: &mut RequestContext, input: Self::Input) -> Result<T, Failure> {
        T::resolve(cx, input).await
    }
}
