//! Access tokens: what they say, and every way in which they do not count.

use app::{
    models::{LoginSessionId, UserId},
    services::tokens::{TokenError, TokenService},
};
use app::{
    repositories::SigningKeyRepository,
    services::{
        client::Client,
        sealing::{Purpose, Sealer},
    },
};
use chrono::TimeDelta;
use fastrail::security::jwt::{Algorithm, KeyPair};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    PASSWORD, TestApplication,
    forgeries::{forgeries, part, signature_of, signed, with, without},
    settings_with, start,
};

fn ids() -> (UserId, LoginSessionId) {
    (Uuid::from_u128(1).into(), Uuid::from_u128(2).into())
}

fn issue(tokens: &TokenService) -> String {
    let (user, login) = ids();
    tokens.issue(user, login).unwrap().token.expose_secret().to_owned()
}

#[tokio::test]
async fn a_token_has_the_header_and_claims_of_rfc_9068() {
    let test = TestApplication::new().await;
    let token = issue(&test.app.tokens);
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    assert_eq!(header["kid"], json!(test.app.tokens.jwks().await[0].kid));
    let now = start().timestamp();
    assert_eq!(claims["iss"], "fastrail");
    assert_eq!(claims["aud"], "fastrail-api");
    assert_eq!(claims["sub"], json!(ids().0));
    assert_eq!(claims["sid"], json!(ids().1));
    assert_eq!(claims["client_id"], "first-party");
    assert_eq!((&claims["iat"], &claims["nbf"]), (&json!(now), &json!(now)));
    assert_eq!(claims["exp"], json!(now + 900));
    assert!(claims["jti"].is_string());
    assert_eq!(test.app.tokens.verify(&token).await.unwrap().sub, ids().0);
}

#[tokio::test]
async fn a_token_counts_until_its_end_and_five_seconds_of_leeway() {
    let test = TestApplication::new().await;
    let token = issue(&test.app.tokens);
    test.clock.advance(TimeDelta::seconds(904));
    assert!(test.app.tokens.verify(&token).await.is_ok());
    test.clock.advance(TimeDelta::seconds(1));
    assert_eq!(test.app.tokens.verify(&token).await, Err(TokenError::Invalid));
}

#[tokio::test]
async fn a_token_from_the_future_does_not_count() {
    let test = TestApplication::new().await;
    test.clock.advance(TimeDelta::seconds(6));
    let token = issue(&test.app.tokens);
    test.clock.advance(TimeDelta::seconds(-6));
    assert_eq!(test.app.tokens.verify(&token).await, Err(TokenError::Invalid));
}

/// The application's own key, which only these tests get at.
async fn own_key(test: &TestApplication) -> KeyPair {
    let rows = SigningKeyRepository::new(test.app.database.read_session());
    let row = rows.list_current(start()).await.unwrap().remove(0);
    let sealer = Sealer::new(&test.app.settings.secret_key);
    let private = sealer.open(Purpose::SigningKey, row.id.as_uuid(), &row.private_key_sealed).unwrap();
    KeyPair::from_pkcs8(Algorithm::from_name(&row.algorithm).unwrap(), &private).unwrap()
}

/// Signed well, but wrong for our own tokens.
fn misleading(header: &Value, claims: &Value) -> Vec<(String, Value, Value)> {
    let mut all = Vec::new();
    let now = start().timestamp();
    for (name, value) in [
        ("iss", json!("other")),
        ("iss", json!("fastrail/")),
        ("iss", json!(["fastrail"])),
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("aud", json!("fastrail-api ")),
        ("aud", json!({ "fastrail-api": true })),
        ("sub", json!("no uuid")),
        ("sub", json!(1)),
        ("sub", json!(Uuid::from_u128(9))),
        ("sid", json!(Uuid::from_u128(9))),
        ("sid", Value::Null),
        ("exp", json!(now - 6)),
        ("exp", json!("soon")),
        ("exp", json!((now + 900).to_string())),
        ("exp", Value::Null),
        ("exp", json!(-1)),
        ("exp", json!(1e300)),
        ("nbf", json!(now + 6)),
        ("nbf", json!(true)),
        ("iat", json!(now + 3_600)),
        ("client_id", json!("another")),
        ("jti", json!("no uuid")),
    ] {
        all.push((format!("{name}: {value}"), header.clone(), with(claims.clone(), name, value)));
    }
    for name in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "client_id", "sid"] {
        all.push((format!("no {name}"), header.clone(), without(claims.clone(), name)));
    }
    for typ in [json!("JWT"), json!("at+jwt "), json!("logout+jwt"), json!("application/jwt"), json!(1), Value::Null] {
        all.push((format!("typ: {typ}"), with(header.clone(), "typ", typ), claims.clone()));
    }
    for (name, value) in [("jku", json!("https://attacker.example")), ("jwk", json!({})), ("cty", json!("JWT"))] {
        all.push((format!("{name} in the header"), with(header.clone(), name, value), claims.clone()));
    }
    all.push(("no typ".to_owned(), without(header.clone(), "typ"), claims.clone()));
    all
}

async fn assert_no_forgery_counts(algorithm: &str) {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings_with(&folder, &[("AUTH__ALGORITHM", algorithm)]);
    let test = TestApplication::with_settings(folder, settings).await;
    let auth = &test.app.authentication;
    let pair = auth.login("root@example.com", PASSWORD.into(), &Client::default()).await.unwrap();
    let genuine = pair.access_token.expose_secret().to_owned();
    let (header, claims) = (part(&genuine, 0), part(&genuine, 1));
    assert_eq!(header["alg"], algorithm);
    let key = own_key(&test).await;
    let sign = |message: &str| signature_of(&key, message);

    let again = signed(header.to_string(), claims.to_string(), &sign);
    assert!(auth.authenticate(&again).await.is_ok(), "the test signs as the service does");
    let long = with(header.clone(), "typ", json!("application/AT+JWT"));
    assert!(auth.authenticate(&signed(long.to_string(), claims.to_string(), &sign)).await.is_ok());

    let mut all = forgeries(&genuine, &key.public(), &sign);
    for (name, header, claims) in misleading(&header, &claims) {
        all.push((name, signed(header.to_string(), claims.to_string(), &sign)));
    }
    assert!(all.len() >= 120, "{}", all.len());
    for (name, token) in all {
        assert_ne!(token, genuine, "{name}");
        assert!(auth.authenticate(&token).await.is_err(), "{algorithm}: {name} counted: {token:.200}");
    }
}

#[tokio::test]
async fn no_forged_eddsa_token_counts() {
    assert_no_forgery_counts("EdDSA").await;
}

#[tokio::test]
async fn no_forged_es256_token_counts() {
    assert_no_forgery_counts("ES256").await;
}

#[tokio::test]
async fn no_forged_rs256_token_counts() {
    assert_no_forgery_counts("RS256").await;
}
