//! Settings that a test can replace.

use fastrail::prelude::*;

#[derive(Clone, Settings)]
pub(super) struct Settings {
    #[setting(default = "Awesome API")]
    pub(super) app_name: String,
    pub(super) admin_email: String,
    #[setting(default = 50)]
    pub(super) items_per_user: i64,
}
