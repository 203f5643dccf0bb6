//! A test with settings of its own.

use super::config::Settings;
use super::main::app;
use fastrail::prelude::*;
use fastrail::settings::Sources;

async fn get_settings_override() -> Result<Settings> {
    let variables = [("admin_email", "testing_admin@example.com")];
    Sources::of(variables).read().map_err(Error::internal)
}

#[fastrail::test]
async fn the_app_tells_its_settings() {
    let client = TestClient::new(app().override_dependency(get_settings_override)).await;
    client.get("/info").await.assert_json(json!({
        "app_name": "Awesome API",
        "admin_email": "testing_admin@example.com",
        "items_per_user": 50,
    }));
}
