//! Access tokens: signed JSON Web Tokens as RFC 9068 wants them, and the keys to check them with.
//!
//! A valid token proves who signed it and for whom, not that its owner may still come in: that
//! is asked of the database at each request (see `authentication`).

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{clock::Clock, keys::KeyRing, random};
use crate::{
    constants::tokens::{ACCESS_TOKEN_TYPE, CLOCK_LEEWAY, FIRST_PARTY_CLIENT_ID},
    models::{LoginSessionId, UserId},
};

/// What an access token says (RFC 9068 §2.2). Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Who signed it.
    pub iss: String,
    /// For which API.
    pub aud: String,
    /// Whose it is.
    pub sub: UserId,
    /// Which client it was given to.
    pub client_id: String,
    /// When it stops to count.
    pub exp: i64,
    /// When it begins to count.
    pub nbf: i64,
    /// When it was made.
    pub iat: i64,
    /// Its own name.
    pub jti: Uuid,
    /// The login that it comes from.
    pub sid: LoginSessionId,
}

/// A signed access token.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token, in compact form.
    pub token: SecretString,
    /// How long it counts from now.
    pub expires_in: Duration,
}

/// Public keys in JSON Web Key form (RFC 7517, RFC 8037), for those who check our tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// The keys that verify now.
    pub keys: Vec<Jwk>,
}

/// One public Ed25519 key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// The kind of key: `OKP`.
    pub kty: &'static str,
    /// The curve: `Ed25519`.
    pub crv: &'static str,
    /// The algorithm: `EdDSA`.
    pub alg: &'static str,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub key_use: &'static str,
    /// Its name, as in the headers of tokens.
    pub kid: String,
    /// The public key in base64url.
    pub x: String,
}

/// Why there is no token, or it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not ours, for another API, expired, not yet valid, or malformed. No more is said, so that
    /// nobody learns from it.
    #[error("the access token does not count")]
    Invalid,
    /// The token could not be signed. A defect.
    #[error("the access token could not be signed")]
    Sign,
}

/// Signs and checks access tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TokenService {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    keys: KeyRing,
    header: Header,
    validation: Validation,
    issuer: String,
    audience: String,
    ttl: Duration,
    clock: Clock,
}

impl TokenService {
    /// A service that signs with the newest key of the ring. Signs and checks one token, so that
    /// a key or a library which does not work is found at the start.
    ///
    /// # Errors
    /// [`TokenError`] when that fails.
    pub fn new(
        keys: KeyRing,
        issuer: String,
        audience: String,
        ttl: Duration,
        clock: Clock,
    ) -> Result<Self, TokenError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(ACCESS_TOKEN_TYPE.to_owned());
        header.kid = Some(keys.kid.clone());
        let inner = Inner { validation: validation(&issuer, &audience), keys, header, issuer, audience, ttl, clock };
        let service = Self { inner: Arc::new(inner) };
        let (user, session) = (Uuid::nil().into(), Uuid::nil().into());
        let trial = service.issue(user, session)?;
        service.verify(trial.token.expose_secret())?;
        Ok(service)
    }

    /// Signs a token for a login.
    ///
    /// # Errors
    /// [`TokenError::Sign`] when the library refuses.
    pub fn issue(&self, user: UserId, session: LoginSessionId) -> Result<AccessToken, TokenError> {
        let inner = &*self.inner;
        let now = inner.clock.now();
        let ttl = i64::try_from(inner.ttl.as_secs()).map_err(|_| TokenError::Sign)?;
        let claims = AccessClaims {
            iss: inner.issuer.clone(),
            aud: inner.audience.clone(),
            sub: user,
            client_id: FIRST_PARTY_CLIENT_ID.to_owned(),
            exp: now.timestamp() + ttl,
            nbf: now.timestamp(),
            iat: now.timestamp(),
            jti: random::uuid_v7(now),
            sid: session,
        };
        let token = jsonwebtoken::encode(&inner.header, &claims, &inner.keys.signing).map_err(|_| TokenError::Sign)?;
        Ok(AccessToken { token: SecretString::from(token), expires_in: inner.ttl })
    }

    /// Checks a token: its type, its key, the signature by that key's algorithm whatever the
    /// token says (RFC 8725 §3.1), issuer, audience, and its times by our clock.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] whatever is wrong with it.
    pub fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let inner = &*self.inner;
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        if !header.typ.as_deref().is_some_and(is_access_token_type) {
            return Err(TokenError::Invalid);
        }
        let key = header.kid.and_then(|kid| inner.keys.verifying.get(&kid));
        let key = key.ok_or(TokenError::Invalid)?;
        let claims: AccessClaims =
            jsonwebtoken::decode(token, &key.key, &inner.validation).map_err(|_| TokenError::Invalid)?.claims;
        let (now, leeway) = (inner.clock.now().timestamp(), CLOCK_LEEWAY.as_secs() as i64);
        let begins = claims.nbf.max(claims.iat);
        if now >= claims.exp.saturating_add(leeway) || now < begins.saturating_sub(leeway) {
            return Err(TokenError::Invalid);
        }
        Ok(claims)
    }

    /// The public keys, for those who check our tokens themselves.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        let keys = self.inner.keys.verifying.iter();
        let mut keys: Vec<Jwk> = keys
            .map(|(kid, key)| Jwk {
                kty: "OKP",
                crv: "Ed25519",
                alg: "EdDSA",
                key_use: "sig",
                kid: kid.clone(),
                x: URL_SAFE_NO_PAD.encode(&key.public),
            })
            .collect();
        keys.sort_by(|a, b| b.kid.cmp(&a.kid));
        Jwks { keys }
    }
}

/// Everything but the times, which the library would check by the computer's clock.
fn validation(issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// Media types have no case, and may have their tree written out (RFC 9068 §4).
fn is_access_token_type(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == ACCESS_TOKEN_TYPE
}
