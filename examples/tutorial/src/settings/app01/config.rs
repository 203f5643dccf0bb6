//! Settings in a file of their own, read once.

use fastrail::prelude::*;
use fastrail::settings::{SettingsError, Sources};

#[derive(Clone, Settings)]
pub(super) struct Settings {
    #[setting(default = "Awesome API")]
    pub(super) app_name: String,
    pub(super) admin_email: String,
    #[setting(default = 50)]
    pub(super) items_per_user: i64,
}

pub(super) async fn settings(lifespan: Lifespan) -> Result<(), SettingsError> {
    lifespan.provide(Sources::new().read::<Settings>()?);
    Ok(())
}
