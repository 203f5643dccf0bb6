//! Settings that a test can replace.

use fastrail::prelude::*;

#[derive(Clone, Deserialize, Schema)]
pub(super) struct Settings {
    #[serde(default = "awesome")]
    pub(super) app_name: String,
    pub(super) admin_email: String,
    #[serde(default = "fifty")]
    pub(super) items_per_user: i64,
}

pub(super) fn awesome() -> String {
    "Awesome API".to_owned()
}

pub(super) fn fifty() -> i64 {
    50
}
