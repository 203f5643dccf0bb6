//! Types that are dependencies: a struct whose fields are arguments, or what a `#[dependency]` fn returns.

use std::fmt;
use std::marker::PhantomData;

use super::Provider;
use crate::openapi::OperationDoc;
use crate::params::Pending;
use crate::request::RequestContext;

/// What `#[derive(Dependency)]` writes for a struct, and `#[dependency]` for the type that its fn returns
pub trait StructDependency: Sized + 'static {
    /// See [`Provider::SECURITY`]
    const SECURITY: bool;
    /// See [`Provider::BODY`]
    const BODY: bool;
    /// See [`Provider::ENDS_BEFORE_RESPONSE`]
    const ENDS_BEFORE_RESPONSE: bool;
    /// See [`Provider::CACHED`]
    const CACHED: bool = true;
    /// See [`Provider::describe`]
    fn describe(doc: &mut OperationDoc<'_>);
    /// See [`Provider::gather`]
    fn gather(cx: &mut RequestContext) -> impl Pending<Self> + use<Self>;
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

impl<T: StructDependency + Clone + Send> Provider for StructProvider<T> {
    type Value = T;
    const SECURITY: bool = T::SECURITY;
    const BODY: bool = T::BODY;
    const ENDS_BEFORE_RESPONSE: bool = T::ENDS_BEFORE_RESPONSE;
    const CACHED: bool = T::CACHED;

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        T::describe(doc);
    }

    fn gather(&self, cx: &mut RequestContext) -> impl Pending<T> + use<T> {
        T::gather(cx)
    }
}
