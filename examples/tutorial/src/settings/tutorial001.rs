//! Settings from the environment.

use fastrail::prelude::*;
use fastrail::settings::{Environment, SettingsError};

#[derive(Clone, Deserialize, Schema)]
struct Settings {
    #[serde(default = "awesome")]
    app_name: String,
    admin_email: String,
    #[serde(default = "fifty")]
    items_per_user: i64,
}

fn awesome() -> String {
    "Awesome API".to_owned()
}

fn fifty() -> i64 {
    50
}

async fn settings(lifespan: Lifespan) -> Result<(), SettingsError> {
    lifespan.provide(Environment::new().read::<Settings>()?);
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
