//! What stands around every operation: each by itself, and all of it together.

use std::fs::OpenOptions;

use anyhow::Result;
use fastrail::middleware::Compression;
use fastrail::observability::{Logging, LoggingGuard, Metrics};
use fastrail::prelude::*;

#[get("/items/{item_id}")]
async fn read_item(item_id: i64) -> i64 {
    item_id
}

/// The app of one case, and what it logs with
///
/// The request id, the panic guard, limits and timeouts stand around every app: they are in the bare one, too.
pub(crate) fn app(case: &str) -> Result<Option<(App, Option<LoggingGuard>)>> {
    let app = || App::new("Bench", "1").include(routes![read_item]);
    Ok(Some(match case {
        "bare" => (app(), None),
        "with metrics" => (metrics(app()), None),
        "with security headers" => (headers(app()), None),
        "with compression and CORS" => (layers(app()), None),
        "with logging" => (app(), Some(logging()?)),
        "with all" => (all(app()), Some(logging()?)),
        _ => return Ok(None),
    }))
}

fn metrics(app: App) -> App {
    app.metrics(Metrics::new())
}

fn headers(app: App) -> App {
    app.middleware(SecurityHeaders::new())
}

fn layers(app: App) -> App {
    app.middleware(Compression::new()).middleware(Cors::allow(["https://shop.example"]))
}

/// All of them, besides the logging
pub(crate) fn all(app: App) -> App {
    headers(layers(metrics(app)))
}

/// A line of JSON for each request, and a span around it
pub(crate) fn logging() -> Result<LoggingGuard> {
    let nowhere = OpenOptions::new().write(true).open("/dev/null")?;
    Logging::new().json().output(nowhere).start().map_err(anyhow::Error::msg)
}
