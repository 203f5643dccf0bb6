//! Settings as a dependency.

use super::config::Settings;
use fastrail::prelude::*;
use fastrail::settings::Sources;

#[dependency(explicit)]
fn get_settings() -> Result<Settings> {
    Sources::new().read().map_err(Error::internal)
}

#[get("/info")]
async fn info(#[depends(get_settings)] settings: Settings) -> Value {
    json!({
        "app_name": settings.app_name,
        "admin_email": settings.admin_email,
        "items_per_user": settings.items_per_user,
    })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![info])
}
