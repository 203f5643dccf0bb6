//! The page that Prometheus reads.

use http::header::{CONTENT_TYPE, HeaderValue};

use super::Metrics;
use crate::prelude::*;
use crate::request::Body;

/// What Prometheus asks for
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// The metrics as an answer; an operation of your own may give it
#[derive(Clone, Debug)]
pub struct MetricsPage(String);

impl From<&Metrics> for MetricsPage {
    fn from(metrics: &Metrics) -> Self {
        Self(metrics.text())
    }
}

impl axum_core::response::IntoResponse for MetricsPage {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.0));
        response.headers_mut().insert(CONTENT_TYPE, TEXT);
        response
    }
}

/// `GET /metrics` of an app with [`App::metrics`](crate::App::metrics), to stand behind dependencies; it is not in the
/// document
///
/// ```
/// use fastrail::observability::{Metrics, metrics::metrics_router};
/// use fastrail::prelude::*;
///
/// #[dependency]
/// async fn admin(token: BearerToken) -> Result<()> {
///     if token.expose() == "secret" { Ok(()) } else { Err(Error::new(403, "Not you")) }
/// }
///
/// let app = App::new("Shop", "1.0.0")
///     .metrics(Metrics::new())
///     .include(metrics_router().depends(depends![admin]));
/// # app.build().unwrap();
/// ```
#[must_use]
pub fn metrics_router() -> Router {
    Router::new("").include(routes![read_metrics]).hidden()
}

/// What the app counts, for Prometheus
#[get("/metrics")]
async fn read_metrics(metrics: State<Metrics>) -> MetricsPage {
    MetricsPage::from(&metrics.0)
}

impl Metrics {
    /// An app that shows them and does nothing else
    pub(crate) fn app(&self) -> App {
        App::new("Metrics", "1").openapi_url(None).state(self.clone()).include(metrics_router())
    }
}
