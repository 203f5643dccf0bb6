//! The probes: is the process alive, and can it do its work?

use fastrail::Shutdown;
use fastrail::prelude::*;

use crate::errors::HealthProblem;
use crate::schemas::health::HealthOut;
use crate::services::health::HealthService;

/// The operations below `/health`
pub fn router() -> Router {
    Router::new("/health").tags(["health"]).include(routes![read_health, read_liveness, read_readiness, read_startup])
}

/// Is it well?
///
/// The short form: the same as readiness.
#[get("")]
pub async fn read_health(health: State<HealthService>, shutdown: Shutdown) -> Result<HealthOut, HealthProblem> {
    readiness(&health, &shutdown).await
}

/// Is the process alive?
///
/// Asks nothing else, so that a database that is away restarts no process.
#[get("/live")]
pub async fn read_liveness() -> HealthOut {
    HealthOut::ok()
}

/// Can it do its work?
///
/// Asks the database and looks at its migrations. While the answer is 503, as it is once the service has been told to
/// stop with no other process in its place, send no requests here.
#[get("/ready")]
pub async fn read_readiness(health: State<HealthService>, shutdown: Shutdown) -> Result<HealthOut, HealthProblem> {
    readiness(&health, &shutdown).await
}

/// Has it started?
///
/// It answers once migrations are applied and the database can be used.
#[get("/startup")]
pub async fn read_startup(health: State<HealthService>) -> Result<HealthOut, HealthProblem> {
    health.check().await?;
    Ok(HealthOut::ok())
}

async fn readiness(health: &HealthService, shutdown: &Shutdown) -> Result<HealthOut, HealthProblem> {
    // Where another process has taken over, the address is served on.
    if shutdown.has_begun() && !shutdown.is_handed_over() {
        return Err(HealthProblem::Draining);
    }
    health.check().await?;
    Ok(HealthOut::ok())
}
