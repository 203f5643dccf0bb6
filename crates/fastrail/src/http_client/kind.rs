//! How the app's client becomes an argument.

use super::HttpClient;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// The kind of [`HttpClient`]
#[derive(Debug)]
pub struct HttpClientKind;

impl Reading for HttpClientKind {}

impl Argument for HttpClient {
    type Kind = HttpClientKind;
}

impl<S: ArgumentSpec<Value = HttpClient>> Kind<S> for HttpClientKind {
    type Input = ();

    fn describe(_: &mut OperationDoc<'_>) {}

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<HttpClient, Failure> {
        Ok(cx.app.http_client.get_or_init(HttpClient::new).clone())
    }
}
