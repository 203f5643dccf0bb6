//! Access tokens: what they say, and every way in which they do not count.

use app::{
    models::{LoginSessionId, UserId},
    services::tokens::{TokenError, TokenService},
};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApplication, start};

fn ids() -> (UserId, LoginSessionId) {
    (Uuid::from_u128(1).into(), Uuid::from_u128(2).into())
}

fn issue(tokens: &TokenService) -> String {
    let (user, login) = ids();
    tokens.issue(user, login).unwrap().token.expose_secret().to_owned()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn a_token_has_the_header_and_claims_of_rfc_9068() {
    let test = TestApplication::new().await;
    let token = issue(&test.app.tokens);
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    assert_eq!(header["kid"], json!(test.app.tokens.jwks().keys[0].kid));
    let now = start().timestamp();
    assert_eq!(claims["iss"], "fastrail");
    assert_eq!(claims["aud"], "fastrail-api");
    assert_eq!(claims["sub"], json!(ids().0));
    assert_eq!(claims["sid"], json!(ids().1));
    assert_eq!(claims["client_id"], "first-party");
    assert_eq!((&claims["iat"], &claims["nbf"]), (&json!(now), &json!(now)));
    assert_eq!(claims["exp"], json!(now + 900));
    assert!(claims["jti"].is_string());
    assert_eq!(test.app.tokens.verify(&token).unwrap().sub, ids().0);
}

#[tokio::test]
async fn a_token_counts_until_its_end_and_five_seconds_of_leeway() {
    let test = TestApplication::new().await;
    let token = issue(&test.app.tokens);
    test.clock.advance(TimeDelta::seconds(904));
    assert!(test.app.tokens.verify(&token).is_ok());
    test.clock.advance(TimeDelta::seconds(1));
    assert_eq!(test.app.tokens.verify(&token), Err(TokenError::Invalid));
}

#[tokio::test]
async fn a_token_from_the_future_does_not_count() {
    let test = TestApplication::new().await;
    test.clock.advance(TimeDelta::seconds(6));
    let token = issue(&test.app.tokens);
    test.clock.advance(TimeDelta::seconds(-6));
    assert_eq!(test.app.tokens.verify(&token), Err(TokenError::Invalid));
}

#[tokio::test]
async fn a_changed_token_does_not_count() {
    let test = TestApplication::new().await;
    let token = issue(&test.app.tokens);
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = part(&token, 1);
    claims["sub"] = json!(Uuid::from_u128(9));
    let mut none = part(&token, 0);
    none["alg"] = json!("none");
    let mut hmac = part(&token, 0);
    hmac["alg"] = json!("HS256");
    let mut unknown = part(&token, 0);
    unknown["kid"] = json!("other");
    let (header, body, signature) = (parts[0], parts[1], parts[2]);
    for changed in [
        format!("{header}.{}.{signature}", encode(&claims)),
        format!("{}.{body}.", encode(&none)),
        format!("{}.{body}.{signature}", encode(&none)),
        format!("{}.{body}.{signature}", encode(&hmac)),
        format!("{}.{body}.{signature}", encode(&unknown)),
        format!("{header}.{body}"),
        format!("{header}.{body}.{signature}.x"),
        String::new(),
        "a.b.c".to_owned(),
    ] {
        assert_eq!(test.app.tokens.verify(&changed), Err(TokenError::Invalid), "{changed}");
    }
}

/// Signs anything with the application's own key, which only this test gets at.
async fn sign(test: &TestApplication, header: &Value, claims: &Value) -> String {
    use app::{
        repositories::SigningKeyRepository,
        services::sealing::{Purpose, Sealer},
    };

    let rows = SigningKeyRepository::new(test.app.database.read_session());
    let row = rows.list_current(start()).await.unwrap().remove(0);
    let sealer = Sealer::new(&test.app.settings.secret_key);
    let id = row.id.as_uuid();
    let private = sealer.open(Purpose::SigningKey, id, &row.private_key_sealed).unwrap();
    let message = format!("{}.{}", encode(header), encode(claims));
    let pair = Ed25519KeyPair::from_pkcs8(&private).unwrap();
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

#[tokio::test]
async fn a_token_that_is_signed_well_but_says_the_wrong_thing_does_not_count() {
    let test = TestApplication::new().await;
    let token = issue(&test.app.tokens);
    let (header, claims) = (part(&token, 0), part(&token, 1));
    let same = sign(&test, &header, &claims).await;
    assert!(test.app.tokens.verify(&same).is_ok(), "the test signs as the service does");

    for (name, value) in [
        ("iss", json!("other")),
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("sub", json!("no uuid")),
        ("exp", json!("soon")),
    ] {
        let mut wrong = claims.clone();
        wrong[name] = value;
        let token = sign(&test, &header, &wrong).await;
        assert_eq!(test.app.tokens.verify(&token), Err(TokenError::Invalid), "{name}");
    }
    for name in ["iss", "aud", "sub", "exp", "iat", "sid"] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(name);
        let token = sign(&test, &header, &without).await;
        assert_eq!(test.app.tokens.verify(&token), Err(TokenError::Invalid), "no {name}");
    }
    for typ in [json!("JWT"), Value::Null] {
        let mut wrong = header.clone();
        wrong["typ"] = typ;
        let token = sign(&test, &wrong, &claims).await;
        assert_eq!(test.app.tokens.verify(&token), Err(TokenError::Invalid), "{wrong}");
    }
    let mut long = header.clone();
    long["typ"] = json!("application/AT+JWT");
    assert!(test.app.tokens.verify(&sign(&test, &long, &claims).await).is_ok());
}
