//! How the app's cache becomes an argument.

use super::Cache;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// The kind of [`Cache`]
#[derive(Debug)]
pub struct CacheKind;

impl Reading for CacheKind {}

impl Argument for Cache {
    type Kind = CacheKind;
}

impl<S: ArgumentSpec<Value = Cache>> Kind<S> for CacheKind {
    type Input = ();

    fn describe(_: &mut OperationDoc<'_>) {}

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<Cache, Failure> {
        Ok(cx.app.cache().clone())
    }
}
