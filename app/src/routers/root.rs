//! What is here.

use fastrail::prelude::*;

use crate::constants::application::{DOCS_PATH, NAME, VERSION};
use crate::dependencies::limits::visit;
use crate::dependencies::settings::DocsEnabled;
use crate::schemas::root::RootOut;

/// The operations at the root
pub fn router() -> Router {
    Router::new("").tags(["root"]).depends(depends![visit]).include(routes![read_root])
}

/// What this is
///
/// The application's name and version, and where its documentation is.
#[get("/")]
pub async fn read_root(docs: DocsEnabled) -> RootOut {
    let docs = docs.0.then(|| DOCS_PATH.to_owned());
    RootOut { name: NAME.to_owned(), version: VERSION.to_owned(), docs }
}
