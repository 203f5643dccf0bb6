//! Settings: a typed struct out of the environment.

use fastrail::prelude::*;
use fastrail::settings::{Environment, SettingsError};

// ANCHOR: model
#[derive(Clone, Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    admin_email: Email, // SHOP_ADMIN_EMAIL
    database: DatabaseSettings,
    #[serde(default)]
    debug: bool, // SHOP_DEBUG
    #[schema(le = 100)]
    items_per_user: Option<u32>,
}

#[derive(Clone, Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    url: SecretString, // SHOP_DATABASE__URL, never shown
    #[serde(default = "default_pool_size")]
    #[schema(ge = 1)]
    pool_size: u32, // SHOP_DATABASE__POOL_SIZE
}

fn default_pool_size() -> u32 {
    5
}
// ANCHOR_END: model

// ANCHOR: read
fn environment() -> Environment {
    Environment::new().prefix("SHOP_").file(".env").secrets("/run/secrets")
}

async fn read_settings(lifespan: Lifespan) -> Result<(), SettingsError> {
    lifespan.provide(environment().read::<Settings>()?);
    Ok(())
}

#[get("/info")]
async fn info(settings: State<Settings>) -> Value {
    json!({ "admin_email": settings.admin_email, "items_per_user": settings.items_per_user })
}

pub fn app() -> App {
    App::new("Shop", "1.0.0").lifespan(read_settings).include(routes![info])
}
// ANCHOR_END: read

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: wrong
    #[test]
    fn every_wrong_setting_is_told_at_once() {
        let variables = [("SHOP_ADMIN_EMAIL", "nobody"), ("SHOP_DATABASE__POOL_SIZE", "0"), ("SHOP_COLOUR", "red")];
        let error = Environment::of(variables).prefix("SHOP_").read::<Settings>().expect_err("wrong settings");
        let named: Vec<_> = error.problems().iter().filter_map(|problem| problem.split(':').next()).collect();
        assert_eq!(named, ["SHOP_ADMIN_EMAIL", "SHOP_DATABASE__URL", "SHOP_DATABASE__POOL_SIZE", "SHOP_COLOUR"]);
    }
    // ANCHOR_END: wrong

    #[fastrail::test]
    async fn an_operation_takes_the_settings() {
        let variables = [("admin_email", "ada@example.com"), ("database__url", "sqlite::memory:")];
        let settings: Settings = Environment::of(variables).read().expect("settings");
        assert!(!format!("{settings:?}").contains("sqlite"));
        assert!(settings.database.url.expose_secret().starts_with("sqlite") && settings.database.pool_size == 5);
        let app = App::new("Shop", "1.0.0").state(settings).include(routes![info]);
        let client = TestClient::new(app).await;
        client.get("/info").await.assert_json(json!({ "admin_email": "ada@example.com", "items_per_user": null }));
    }
}
