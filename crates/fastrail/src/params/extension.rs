//! What a middleware has put into the request.

use std::any::type_name;
use std::ops::Deref;

use super::{Argument, ArgumentSpec, Kind, Opt, Reading};
use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::request::RequestContext;

/// A value that a middleware has put into the request's extensions, cloned: keep it cheap to clone
///
/// As `Option<Extension<T>>` it is `None` where no middleware has.
///
/// ```
/// use fastrail::prelude::*;
///
/// #[derive(Clone)]
/// struct Tenant(String);
///
/// async fn find_tenant(mut request: Request, next: Next) -> Response {
///     let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
///     let tenant = Tenant(host.split('.').next().unwrap_or_default().to_owned());
///     request.extensions_mut().insert(tenant);
///     next.run(request).await
/// }
///
/// #[get("/")]
/// async fn root(tenant: Extension<Tenant>) -> String {
///     tenant.0.0
/// }
///
/// let app = App::new("Shops", "1.0.0").middleware(find_tenant).include(routes![root]);
/// ```
///
/// # Errors
/// 500 when no middleware has put one there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<T>(pub T);

impl<T> Deref for Extension<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The kind of [`Extension`]
#[derive(Debug)]
pub struct ExtensionKind;

impl Reading for ExtensionKind {}

impl<T: Clone + Send + Sync + 'static> Argument for Extension<T> {
    type Kind = ExtensionKind;
}

impl<S, T> Kind<S> for ExtensionKind
where
    S: ArgumentSpec<Value = Extension<T>>,
    T: Clone + Send + Sync + 'static,
{
    type Input = ();

    fn describe(_: &mut OperationDoc<'_>) {}

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<Extension<T>, Failure> {
        cx.parts.extensions.get::<T>().cloned().map(Extension).ok_or_else(|| {
            Failure::Error(Error::internal(format_args!(
                "no middleware has put a `{}` into the request's extensions",
                type_name::<T>()
            )))
        })
    }
}

impl<S, T> Kind<S> for Opt<ExtensionKind>
where
    S: ArgumentSpec<Value = Option<Extension<T>>>,
    T: Clone + Send + Sync + 'static,
{
    type Input = ();

    fn describe(_: &mut OperationDoc<'_>) {}

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<Option<Extension<T>>, Failure> {
        Ok(cx.parts.extensions.get::<T>().cloned().map(Extension))
    }
}
