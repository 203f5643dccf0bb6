//! Settings from the environment.

use fastrail::prelude::*;
use fastrail::settings::{SettingsError, Sources};

#[derive(Clone, Settings)]
struct Settings {
    #[setting(default = "Awesome API")]
    app_name: String,
    admin_email: String,
    #[setting(default = 50)]
    items_per_user: i64,
}

async fn settings(lifespan: Lifespan) -> Result<(), SettingsError> {
    lifespan.provide(Sources::new().read::<Settings>()?);
    Ok(())
}

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
