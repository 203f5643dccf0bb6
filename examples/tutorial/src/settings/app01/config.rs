//! Settings in a file of their own, read once.

use fastrail::prelude::*;
use fastrail::settings::{Environment, SettingsError};

#[derive(Clone, Deserialize, Schema)]
pub(super) struct Settings {
    #[serde(default = "awesome")]
    pub(super) app_name: String,
    pub(super) admin_email: String,
    #[serde(default = "fifty")]
    pub(super) items_per_user: i64,
}

fn awesome() -> String {
    "Awesome API".to_owned()
}

fn fifty() -> i64 {
    50
}

pub(super) async fn settings(lifespan: Lifespan) -> Result<(), SettingsError> {
    lifespan.provide(Environment::new().read::<Settings>()?);
    Ok(())
}
