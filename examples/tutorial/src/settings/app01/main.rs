//! An app with settings.

use super::config::{Settings, settings};
use fastrail::prelude::*;

#[get("/info")]
async fn info(settings: State<Settings>) -> Value {
    json!({
        "app_name": settings.app_name,
        "admin_email": settings.admin_email,
        "items_per_user": settings.items_per_user,
    })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").lifespan(settings).include(routes![info])
}
