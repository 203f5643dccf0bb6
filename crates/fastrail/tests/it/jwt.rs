//! Signed tokens: what counts, and every way in which they do not.

use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastrail::prelude::*;
use fastrail::security::jwt::{Algorithm, Jwk, Jwt, KeyError, KeyPair, TokenError, UnverifiedToken};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "a secret of the tests, 32 bytes at least";
const NOW: u64 = 1_800_000_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Claims {
    sub: String,
    role: Option<String>,
}

fn ada() -> Claims {
    Claims { sub: "ada".to_owned(), role: None }
}

fn jwt() -> Jwt {
    at(NOW, Jwt::hs256(&SecretString::from(SECRET)).expect("it is long enough"))
}

/// The same, and it is that many seconds after 1970.
fn at(seconds: u64, jwt: Jwt) -> Jwt {
    jwt.clock(move || UNIX_EPOCH + Duration::from_secs(seconds))
}

fn invalid(jwt: &Jwt, token: &str) {
    assert_eq!(jwt.verify::<Value>(token), Err(TokenError::Invalid), "{token}");
}

/// A token of whatever it should say, by the secret of [`jwt`] and another library.
fn sign(header: &str, claims: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length will do");
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// A token with this header over the claims and the signature of another.
fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap_or_default();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn what_was_signed_is_read_again_with_the_times_of_the_lifetime() {
    let jwt = jwt().lifetime(Duration::from_mins(5)).issuer("me").audience("you");
    let token = jwt.sign(&ada()).unwrap();
    assert_eq!(jwt.verify::<Claims>(&token), Ok(ada()));
    let all: Value = jwt.verify(&token).unwrap();
    assert_eq!(all["iss"], "me");
    assert_eq!(all["aud"], "you");
    assert_eq!([&all["iat"], &all["exp"]], [NOW, NOW + 300]);
    assert_eq!(at(NOW + 299, jwt.clone()).verify::<Claims>(&token), Ok(ada()));
    assert_eq!(at(NOW + 300, jwt.clone()).verify::<Claims>(&token), Err(TokenError::Expired));
    assert!(!format!("{jwt:?}").contains("secret"));
}

/// RFC 7515 A.1: a token, a key and a time that others have written down.
#[test]
fn the_token_of_the_standard_counts_by_its_signature_and_is_over() {
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
                 .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
                 .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = URL_SAFE_NO_PAD.decode(key).unwrap();
    let jwt = Jwt::hs256_bytes(&key).unwrap().issuer("joe");
    assert_eq!(jwt.verify::<Value>(token), Err(TokenError::Expired));
    assert_eq!(at(1_300_819_379, jwt).verify::<Value>(token).unwrap()["http://example.com/is_root"], true);
}

#[test]
fn short_secrets_are_refused_with_what_to_do() {
    for bytes in [0, 1, 31] {
        let error = Jwt::hs256(&SecretString::from("x".repeat(bytes))).unwrap_err();
        assert_eq!(error, KeyError::ShortSecret { bytes });
        assert!(error.to_string().contains("openssl rand -hex 32"), "{error}");
    }
    assert!(Jwt::hs256(&SecretString::from("x".repeat(32))).is_ok());
}

#[test]
fn every_changed_letter_is_found() {
    let jwt = jwt();
    let token = jwt.sign(&ada()).unwrap();
    for place in 0..token.len() {
        for letter in ["A", "B", ".", "=", "+", " ", "\u{e9}"] {
            if !token[place..].starts_with(letter) {
                let changed = format!("{}{letter}{}", &token[..place], &token[place + 1..]);
                invalid(&jwt, &changed);
            }
        }
        invalid(&jwt, &token[..place]);
    }
    for other in ["", ".", "..", "...", &format!("{token}."), &format!("{token}.x"), &format!(" {token}")] {
        invalid(&jwt, other);
    }
    invalid(&jwt, &"x".repeat(1 << 20));
}

#[test]
fn another_secret_or_another_kind_of_key_signs_nothing_that_counts() {
    let jwt = jwt();
    let other = Jwt::hs256(&SecretString::from("x".repeat(32))).unwrap();
    invalid(&jwt, &other.sign(&ada()).unwrap());
    let pair = KeyPair::generate(Algorithm::EdDsa).unwrap();
    let public = pair.public();
    let asymmetric = Jwt::new(pair).unwrap();
    invalid(&jwt, &asymmetric.sign(&ada()).unwrap());
    invalid(&asymmetric, &jwt.sign(&ada()).unwrap());
    // The public half taken for a shared secret (RFC 8725 §2.1).
    let confused = Jwt::hs256_bytes(&public).unwrap().sign(&ada()).unwrap();
    invalid(&asymmetric, &confused);
    invalid(&asymmetric, &with_header(&confused, &json!({ "alg": "EdDSA", "typ": "JWT" })));
}

#[test]
fn the_key_settles_the_algorithm_and_extensions_are_not_followed() {
    let jwt = jwt();
    let signed = |header: Value| {
        let claims = json!({ "sub": "ada", "exp": NOW + 60 });
        sign(&header.to_string(), &claims.to_string())
    };
    for header in [json!({ "alg": "HS256" }), json!({ "typ": "jwt", "alg": "HS256", "kid": "any" })] {
        assert_eq!(jwt.verify::<Claims>(&signed(header)), Ok(ada()));
    }
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS512" }),
        json!({ "alg": "hs256" }),
        json!({ "alg": ["HS256"] }),
        json!({ "typ": "JWT" }),
        json!({ "alg": "HS256", "typ": "at+jwt" }),
        json!({ "alg": "HS256", "typ": null }),
        json!({ "alg": "HS256", "crit": ["exp"] }),
        json!({ "alg": "HS256", "b64": false }),
        json!({ "alg": "HS256", "zip": "DEF" }),
        json!(["HS256"]),
    ] {
        invalid(&jwt, &signed(header));
    }
    invalid(&jwt, &sign(r#"{"alg":"HS256","alg":"HS256"}"#, r#"{"sub":"ada","exp":99999999999}"#));
}

#[test]
fn a_token_of_another_type_is_not_mistaken_for_ours() {
    let (id, access) = (jwt(), jwt().typ("at+jwt"));
    invalid(&access, &id.sign(&ada()).unwrap());
    invalid(&id, &access.sign(&ada()).unwrap());
    assert!(access.verify::<Claims>(&access.sign(&ada()).unwrap()).is_ok());
    // Written out (RFC 7515 §4.1.9), and in another case.
    let written_out = jwt().typ("application/AT+JWT");
    assert!(access.verify::<Claims>(&written_out.sign(&ada()).unwrap()).is_ok());
}

#[test]
fn times_count_as_the_standard_has_them() {
    let jwt = jwt();
    let verify = |jwt: &Jwt, claims: Value| jwt.verify::<Value>(&jwt.sign(&claims).unwrap()).map(|_| ());
    assert_eq!(verify(&jwt, json!({ "exp": NOW - 1 })), Err(TokenError::Expired));
    assert_eq!(verify(&jwt, json!({ "exp": 1_800_000_060.5 })), Ok(()));
    assert_eq!(verify(&jwt, json!({ "nbf": NOW + 60 })), Err(TokenError::Invalid));
    assert_eq!(verify(&jwt, json!({ "nbf": NOW })), Ok(()));
    let patient = jwt.clone().leeway(Duration::from_mins(2));
    assert_eq!(verify(&patient, json!({ "exp": NOW - 60 })), Ok(()));
    assert_eq!(verify(&patient, json!({ "nbf": NOW + 60 })), Ok(()));
    assert_eq!(verify(&patient, json!({ "exp": NOW - 180 })), Err(TokenError::Expired));
    for wrong in [json!(null), json!("soon"), json!([]), json!(-1e300)] {
        assert!(verify(&jwt, json!({ "exp": wrong })).is_err());
    }
    for name in ["nbf", "iss", "aud"] {
        for wrong in [json!(null), json!(true), json!({})] {
            assert_eq!(verify(&jwt, json!({ name: wrong })), Err(TokenError::Invalid), "{name}");
        }
    }
    assert_eq!(verify(&jwt, json!({ "nbf": "soon" })), Err(TokenError::Invalid));
}

#[test]
fn issuer_and_audience_are_demanded_when_they_are_set() {
    let jwt = jwt();
    let ours = jwt.clone().issuer("us").audience("shop");
    let signed = |claims: Value| jwt.sign(&claims).unwrap();
    let both = |iss: &str, aud: Value| signed(json!({ "iss": iss, "aud": aud }));
    assert!(ours.verify::<Value>(&both("us", json!("shop"))).is_ok());
    assert!(ours.verify::<Value>(&both("us", json!(["bank", "shop"]))).is_ok());
    for token in [
        both("them", json!("shop")),
        both("us", json!("shops")),
        both("us", json!([])),
        both("us", json!(["bank"])),
        both("us", json!({ "shop": 1 })),
        both("us", json!(["shop", 1])),
        signed(json!({ "iss": "us" })),
        signed(json!({ "aud": "shop" })),
        signed(json!({})),
    ] {
        invalid(&ours, &token);
    }
    // Who names no audience is in nobody's (RFC 7519 §4.1.3).
    invalid(&jwt, &both("us", json!("shop")));
    assert!(jwt.verify::<Value>(&signed(json!({ "iss": "us" }))).is_ok());
}

#[test]
fn claims_that_do_not_fit_are_no_reason_to_fail() {
    let jwt = jwt();
    let token = jwt.sign(&json!({ "sub": 5 })).unwrap();
    assert_eq!(jwt.verify::<Claims>(&token), Err(TokenError::Invalid));
    assert!(jwt.sign(&["no", "object"]).is_err());
    assert!(jwt.sign("text").is_err());
}

#[test]
fn a_private_key_signs_what_others_verify_by_its_jwk() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
        let pair = KeyPair::generate(algorithm).unwrap();
        let jwk = Jwk::new("one", algorithm, &pair.public()).unwrap();
        let jwt = Jwt::new(pair).unwrap().kid("one");
        let token = jwt.sign(&ada()).unwrap();
        assert_eq!(jwt.verify::<Claims>(&token), Ok(ada()));
        let unverified = UnverifiedToken::parse(&token).unwrap();
        assert_eq!(unverified.header("kid"), Some("one"));
        assert_eq!(unverified.verify(&jwk.to_public_key().unwrap()).unwrap()["sub"], "ada");
    }
}

#[dependency]
async fn claims(token: BearerToken, jwt: State<Jwt>) -> Result<Claims, TokenError> {
    jwt.verify(token.expose())
}

#[get("/me")]
async fn me(claims: Claims) -> String {
    claims.sub
}

#[fastrail::test]
async fn a_token_that_does_not_count_is_401_with_the_challenge_of_the_standard() {
    let jwt = jwt();
    let client = TestClient::new(App::new("Shop", "1.0.0").state(jwt.clone()).include(routes![me])).await;
    client.get("/me").bearer(&jwt.sign(&ada()).unwrap()).await.assert_json("ada");
    let old = jwt.sign(&json!({ "sub": "ada", "exp": 1 })).unwrap();
    for (token, code) in [(old.as_str(), "token_expired"), ("x", "token_invalid")] {
        let answer = client.get("/me").bearer(token).await;
        answer.assert_status(401);
        assert_eq!(answer.headers()["www-authenticate"], "Bearer error=\"invalid_token\"", "{code}");
    }
    client.get("/me").await.assert_status(401);
}
