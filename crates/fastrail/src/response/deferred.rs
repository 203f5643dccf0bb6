//! Answers that need the request: they are promised by the operation and built when it has ended.

use axum_core::response::Response;

use super::FileResponse;
use crate::error::Error;
use crate::request::RequestContext;

/// What stands in the extensions of a response until it is built
#[derive(Clone, Debug)]
pub(crate) enum Deferred {
    File(FileResponse),
    #[cfg(feature = "templates")]
    Template(crate::templates::TemplateResponse),
}

/// Whether something of an answer is left to build
pub(crate) fn is_promised(response: &Response) -> bool {
    response.extensions().get::<Deferred>().is_some()
}

/// Builds what was promised
///
/// # Errors
/// What the answer comes to: 404 for a file that is not there, 412 and 416, or 500.
pub(crate) async fn finish(mut response: Response, cx: &mut RequestContext) -> Result<Response, Error> {
    let Some(deferred) = response.extensions_mut().remove::<Deferred>() else { return Ok(response) };
    let built = match deferred {
        Deferred::File(file) => file.answer(cx).await?,
        #[cfg(feature = "templates")]
        Deferred::Template(template) => template.answer(cx)?,
    };
    let (mut parts, body) = built.into_parts();
    let (promised, _) = response.into_parts();
    if parts.status == http::StatusCode::OK {
        parts.status = promised.status;
    }
    // What the operation has put in front of its reply counts.
    parts.headers.extend(promised.headers);
    parts.extensions.extend(promised.extensions);
    Ok(Response::from_parts(parts, body))
}
