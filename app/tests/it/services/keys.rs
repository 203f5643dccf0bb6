//! The signing keys in the database.

use app::{
    application::{Application, StartError},
    config::TokenAlgorithm,
    services::{
        client::Client,
        keys::{KeyError, RotatedKeys, Takeover, rotate},
        sealing::Sealer,
    },
};
use chrono::TimeDelta;
use fastrail::settings::SettingValue;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::support::{TestApplication, forgeries::part};

#[tokio::test]
async fn tokens_survive_a_restart() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let pair = test.login("ada").await;
    let settings = test.settings(crate::support::SECRET_KEY);
    let (restarted, _) = Application::start(settings, test.clock()).await.unwrap();
    let token = pair.access_token.expose_secret();
    restarted.authentication.authenticate(token).await.unwrap();
    restarted.authentication.refresh(&pair.refresh_token).await.unwrap();
}

#[tokio::test]
async fn another_secret_key_is_found_at_the_start() {
    let test = TestApplication::new().await;
    let settings = test.settings("another key that is long enough!");
    let error = Application::start(settings, test.clock()).await.unwrap_err();
    assert!(matches!(error, StartError::Keys(KeyError::WrongSecretKey { .. })), "{error:?}");
}

/// Rotates as another process does: beside the running application.
async fn rotate_beside(test: &TestApplication, algorithm: TokenAlgorithm, takeover: Takeover) -> RotatedKeys {
    let app = &test.app;
    let sealer = Sealer::new(&app.settings.secret_key);
    let ttl = app.settings.auth.access_token_ttl;
    rotate(&app.database, &sealer, algorithm, takeover, ttl, &test.clock()).await.unwrap()
}

fn kid(token: &str) -> Value {
    part(token, 0)["kid"].clone()
}

#[tokio::test]
async fn a_smooth_rotation_is_noticed_by_nobody() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let old = test.login("ada").await.access_token.expose_secret().to_owned();
    let rotated = rotate_beside(&test, TokenAlgorithm::EdDsa, Takeover::Smooth).await;
    test.clock.advance(TimeDelta::seconds(31));
    assert_eq!(test.app.tokens.jwks().await.len(), 2, "it is known before it signs");
    let mut last = test.login("ada").await.access_token.expose_secret().to_owned();
    assert_eq!(kid(&last), kid(&old));
    assert!(rotated.signs_from - test.clock.now() > TimeDelta::seconds(300), "who keeps the JWKS knows it by then");

    test.clock.advance(rotated.signs_from - test.clock.now() - TimeDelta::seconds(1));
    last = test.login("ada").await.access_token.expose_secret().to_owned();
    assert_eq!(kid(&last), kid(&old));
    test.clock.advance(TimeDelta::seconds(1));
    let new = test.login("ada").await.access_token.expose_secret().to_owned();
    assert_eq!(kid(&new), rotated.kid.to_string());
    test.clock.advance(TimeDelta::seconds(14 * 60));
    test.app.authentication.authenticate(&last).await.unwrap();
    test.app.authentication.authenticate(&new).await.unwrap();

    test.clock.advance(rotated.old_keys_until - test.clock.now() + TimeDelta::seconds(31));
    let keys = test.app.tokens.jwks().await;
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].kid, Some(rotated.kid.to_string()));
}

#[tokio::test]
async fn a_compromised_key_stops_to_count_within_half_a_minute_and_logins_live() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let pair = test.login("ada").await;
    let stolen = pair.access_token.expose_secret();
    rotate_beside(&test, TokenAlgorithm::EdDsa, Takeover::AtOnce).await;
    test.clock.advance(TimeDelta::seconds(30));
    assert!(test.app.authentication.authenticate(stolen).await.is_err());
    let next = test.app.authentication.refresh(&pair.refresh_token).await.unwrap();
    test.app.authentication.authenticate(next.access_token.expose_secret()).await.unwrap();
}

#[tokio::test]
async fn a_token_of_a_key_that_another_instance_has_just_made_counts_at_once() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    test.clock.advance(TimeDelta::seconds(6));
    rotate_beside(&test, TokenAlgorithm::Es256, Takeover::AtOnce).await;
    let settings = test.settings(crate::support::SECRET_KEY);
    let (other, _) = Application::start(settings, test.clock()).await.unwrap();
    let pair = other.authentication.login("ada", crate::support::PASSWORD.into(), &Client::default()).await.unwrap();
    test.app.authentication.authenticate(pair.access_token.expose_secret()).await.unwrap();
}

#[tokio::test]
async fn another_algorithm_in_the_settings_makes_a_key_beside_the_old_one() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let old = test.login("ada").await;
    for algorithm in ["ES256", "RS256", "EdDSA"] {
        let mut settings = test.settings(crate::support::SECRET_KEY);
        settings.auth.algorithm = SettingValue::parse(algorithm).unwrap();
        let (other, _) = Application::start(settings, test.clock()).await.unwrap();
        let pair =
            other.authentication.login("ada", crate::support::PASSWORD.into(), &Client::default()).await.unwrap();
        assert_eq!(part(pair.access_token.expose_secret(), 0)["alg"], algorithm);
        other.authentication.authenticate(old.access_token.expose_secret()).await.unwrap();
    }
    test.clock.advance(TimeDelta::seconds(31));
    assert_eq!(test.app.tokens.jwks().await.len(), 3);
}
