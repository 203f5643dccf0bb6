//! What an operation may know of the app's end.

use super::Tasks;
use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::RequestContext;

/// Whether the app has been told to stop; an argument of operations and of dependencies
///
/// While running requests are answered, the process lives on and answers whoever still comes, once each. A readiness probe
/// tells load balancers to send nobody else, unless [another process](crate::Serve::hand_over) has taken over, which is
/// asked next time:
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::Shutdown;
///
/// /// Can it do its work?
/// #[get("/ready")]
/// async fn ready(shutdown: Shutdown) -> StatusCode {
///     let nobody_answers_soon = shutdown.has_begun() && !shutdown.is_handed_over();
///     if nobody_answers_soon { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
/// }
/// # let app = App::new("Shop", "1.0.0").include(routes![ready]);
/// # app.build().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Shutdown(Tasks);

impl Shutdown {
    /// Whether it was told to stop
    pub fn has_begun(&self) -> bool {
        self.0.stopping().is_cancelled()
    }

    /// Whether it was told so because another process answers at its address
    pub fn is_handed_over(&self) -> bool {
        self.0.is_handed_over()
    }

    /// Waits until it is told to stop: for work that would go on for long and can end early
    pub async fn begun(&self) {
        self.0.stopping().cancelled().await;
    }
}

impl RequestPart for Shutdown {
    fn of(cx: &RequestContext) -> Self {
        Self(cx.app.tasks.clone())
    }
}

impl Argument for Shutdown {
    type Kind = RequestPartKind;
}
