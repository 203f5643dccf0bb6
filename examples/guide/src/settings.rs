//! Settings: a typed struct out of the environment.

use std::time::Duration;

use fastrail::prelude::*;
use fastrail::settings::{ByteSize, SettingsError, Sources};

// ANCHOR: model
#[derive(Clone, Debug, Settings)]
pub struct Settings {
    /// Who is told about trouble
    pub admin_email: Email, // SHOP_ADMIN_EMAIL
    pub database: DatabaseSettings,
    #[setting(default = false)]
    pub debug: bool, // SHOP_DEBUG
    #[setting(le = 100)]
    pub items_per_user: Option<u32>,
    /// How long a cart lives
    #[setting(default = "30d", ge = "1h")]
    pub cart_ttl: Duration,
    #[setting(default = "10MB")]
    pub max_upload: ByteSize,
}

#[derive(Clone, Debug, Settings)]
pub struct DatabaseSettings {
    pub url: SecretString, // SHOP_DATABASE__URL, never shown
    #[setting(default = 5, ge = 1)]
    pub pool_size: u32, // SHOP_DATABASE__POOL_SIZE
}
// ANCHOR_END: model

// ANCHOR: read
fn sources() -> Sources {
    Sources::new().prefix("SHOP_").file(".env").secrets("/run/secrets")
}

async fn read_settings(lifespan: Lifespan) -> Result<(), SettingsError> {
    lifespan.provide(sources().read::<Settings>()?);
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

// ANCHOR: effective
/// What `shop check-config` prints
pub fn check_config() -> Result<String, SettingsError> {
    let (_, effective) = sources().read_effective::<Settings>()?;
    Ok(effective.to_string()) // SHOP_DATABASE__URL = ********  (the environment)
}
// ANCHOR_END: effective

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: wrong
    #[test]
    fn every_wrong_setting_is_told_at_once() {
        let variables = [("SHOP_ADMIN_EMAIL", "nobody"), ("SHOP_DATABASE__POOL_SIZE", "0"), ("SHOP_CART_TLL", "1d")];
        let error = Sources::of(variables).prefix("SHOP_").read::<Settings>().expect_err("wrong settings");
        assert_eq!(
            error.to_string(),
            "the settings have 4 problems:
  SHOP_ADMIN_EMAIL: should be an e-mail address, such as ada@example.com, and is 'nobody'
  SHOP_CART_TLL: is not a setting, but set in the environment; did you mean SHOP_CART_TTL?
  SHOP_DATABASE__POOL_SIZE: should be a whole number of at least 1, and is '0'
  SHOP_DATABASE__URL: is required"
        );
    }
    // ANCHOR_END: wrong

    #[fastrail::test]
    async fn an_operation_takes_the_settings() {
        let variables = [("admin_email", "ada@example.com"), ("database__url", "sqlite:shop.db")];
        let settings: Settings = Sources::of(variables).read().expect("settings");
        assert!(!format!("{settings:?}").contains("sqlite"));
        assert!(settings.database.url.expose_secret().starts_with("sqlite") && settings.database.pool_size == 5);
        assert_eq!((settings.cart_ttl.as_secs(), settings.max_upload.bytes()), (30 * 86_400, 10_000_000));
        let app = App::new("Shop", "1.0.0").state(settings).include(routes![info]);
        let client = TestClient::new(app).await;
        client.get("/info").await.assert_json(json!({ "admin_email": "ada@example.com", "items_per_user": null }));
    }
}
