//! What an operation may know of the app's end.

use tokio_util::sync::CancellationToken;

use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::RequestContext;

/// Whether the app has been told to stop; an argument of operations and of dependencies
///
/// While running requests are answered, the process lives on and answers whoever still comes, once each. A readiness probe
/// tells load balancers to send nobody else:
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::Shutdown;
///
/// /// Can it do its work?
/// #[get("/ready")]
/// async fn ready(shutdown: Shutdown) -> StatusCode {
///     if shutdown.has_begun() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
/// }
/// # let app = App::new("Shop", "1.0.0").include(routes![ready]);
/// # app.build().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Whether it was told to stop
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until it is told to stop: for work that would go on for long and can end early
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }
}

impl RequestPart for Shutdown {
    fn of(cx: &RequestContext) -> Self {
        Self(cx.app.tasks.stopping())
    }
}

impl Argument for Shutdown {
    type Kind = RequestPartKind;
}
