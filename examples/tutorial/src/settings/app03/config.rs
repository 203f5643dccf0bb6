//! Settings that may also stand in a file.

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

impl Settings {
    pub(super) fn read() -> Result<Self, SettingsError> {
        Sources::new().file(".env").read()
    }
}
