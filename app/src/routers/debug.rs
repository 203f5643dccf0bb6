//! What a developer wants to know of the running process. Only with `DEBUG=true`, and never in production.

use std::sync::Arc;

use fastrail::prelude::*;

use crate::constants::application::{NAME, VERSION};
use crate::dependencies::settings::Settings;
use crate::schemas::debug::DebugInfoOut;
use crate::services::statistics::Statistics;

/// The operations below `/debug`
pub fn router() -> Router {
    Router::new("/debug").tags(["root"]).include(routes![read_debug_info])
}

/// What runs here
///
/// Not in the document, since it is not part of the API.
#[get("/info", hidden)]
pub async fn read_debug_info(settings: State<Arc<Settings>>, statistics: State<Statistics>) -> DebugInfoOut {
    DebugInfoOut {
        name: NAME.to_owned(),
        version: VERSION.to_owned(),
        environment: settings.environment.to_string(),
        process_id: std::process::id(),
        workers: settings.server.workers,
        has_redis: settings.redis.url.is_some(),
        registrations: statistics.registrations(),
    }
}
