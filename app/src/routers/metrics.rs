//! What is counted, for administrators; where `METRICS__PORT` is set, it is shown there and not here.

use fastrail::observability::metrics::metrics_router;
use fastrail::prelude::*;

use crate::dependencies::permissions::requires;

/// `GET /metrics`, which is not in the document
pub fn router() -> Router {
    // Whoever may change roles may do everything: no role that is built in has it but the administrator's.
    metrics_router().depends(depends![requires("roles:write")])
}
