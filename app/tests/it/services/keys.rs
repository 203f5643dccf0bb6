//! The signing keys in the database.

use app::{
    application::{Application, StartError},
    services::keys::KeyError,
};
use secrecy::ExposeSecret;

use crate::support::TestApplication;

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

#[tokio::test]
async fn the_jwks_document_has_public_parts_only() {
    let test = TestApplication::new().await;
    let document = serde_json::to_value(test.app.tokens.jwks()).unwrap();
    let key = document["keys"][0].as_object().unwrap();
    let mut names: Vec<&str> = key.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
    assert_eq!(key["x"].as_str().unwrap().len(), 43);
}
