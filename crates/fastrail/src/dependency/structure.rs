//! Types that are dependencies: a struct whose fields are arguments, or what a `#[dependency]` fn returns.

use std::fmt;
use std::marker::PhantomData;

use super::Provider;
use crate::openapi::OperationDoc;
use crate::params::{Facts, Pending};
use crate::request::RequestContext;

/// What `#[derive(Dependency)]` writes for a struct, and `#[dependency]` for the type that its fn returns
pub trait StructDependency: Sized + Send + 'static {
    /// See [`Provider::FACTS`]
    const FACTS: Facts;
    /// See [`Provider::CACHED`]
    const CACHED: bool = true;
    /// See [`Provider::describe`]
    fn describe(doc: &mut OperationDoc<'_>);
    /// See [`Provider::keep`]
    fn keep(value: &Self) -> Self;
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

impl<T: StructDependency> Provider for StructProvider<T> {
    type Value = T;
    const FACTS: Facts = T::FACTS;
    const CACHED: bool = T::CACHED;

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        T::describe(doc);
    }

    fn keep(value: &T) -> T {
        T::keep(value)
    }

    fn gather(&self, cx: &mut RequestContext) -> impl Pending<T> + use<T> {
        T::gather(cx)
    }
}
