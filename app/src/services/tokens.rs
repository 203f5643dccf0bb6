//! Access tokens: signed JSON Web Tokens as RFC 9068 wants them, and the keys to check them with.
//!
//! A valid token proves who signed it and for whom, not that its owner may still come in: that
//! is asked of the database at each request (see `authentication`).

use std::{sync::Arc, time::Duration};

use fastrail::security::jwt::{self, Jwk, UnverifiedToken};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
    issuer: String,
    audience: String,
    ttl: Duration,
    clock: Clock,
}

impl TokenService {
    /// A service that signs with the newest key of the ring. Signs and checks one token, so that a key which does not
    /// work is found at the start.
    ///
    /// # Errors
    /// [`TokenError`] when that fails.
    pub async fn new(
        keys: KeyRing,
        issuer: String,
        audience: String,
        ttl: Duration,
        clock: Clock,
    ) -> Result<Self, TokenError> {
        let service = Self { inner: Arc::new(Inner { keys, issuer, audience, ttl, clock }) };
        let (user, session) = (Uuid::nil().into(), Uuid::nil().into());
        let trial = service.issue(user, session)?;
        service.verify(trial.token.expose_secret()).await?;
        Ok(service)
    }

    /// Looks whether another key signs now. Asks the database every 30 s, so call it while no session is open.
    pub async fn refresh_keys(&self) {
        self.inner.keys.refresh().await;
    }

    /// Signs a token for a login.
    ///
    /// # Errors
    /// [`TokenError::Sign`] when there is no key.
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
        let (kid, key) = inner.keys.signing().ok_or(TokenError::Sign)?;
        let token = jwt::sign(&key, ACCESS_TOKEN_TYPE, &kid, &claims).map_err(|_| TokenError::Sign)?;
        Ok(AccessToken { token: SecretString::from(token), expires_in: inner.ttl })
    }

    /// Checks a token: its header, which may say nothing that ours do not say; the signature by the key's own algorithm
    /// whatever the token says (RFC 8725 §3.1); issuer, audience, and its times by our clock.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] whatever is wrong with it.
    pub async fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let token = UnverifiedToken::parse(token).map_err(|_| TokenError::Invalid)?;
        if !token.is_of_type(ACCESS_TOKEN_TYPE) || !token.header_names().all(|name| HEADER.contains(&name)) {
            return Err(TokenError::Invalid);
        }
        let kid = token.header("kid").ok_or(TokenError::Invalid)?;
        let key = self.inner.keys.verifying(kid).await.ok_or(TokenError::Invalid)?;
        let claims = token.verify(&key).map_err(|_| TokenError::Invalid)?;
        let claims: AccessClaims = serde_json::from_value(Value::Object(claims)).map_err(|_| TokenError::Invalid)?;
        if self.says_the_right_thing(&claims) { Ok(claims) } else { Err(TokenError::Invalid) }
    }

    /// Whether it is from us, for us, and for now.
    fn says_the_right_thing(&self, claims: &AccessClaims) -> bool {
        let inner = &*self.inner;
        let (now, leeway) = (inner.clock.now().timestamp(), CLOCK_LEEWAY.as_secs() as i64);
        claims.iss == inner.issuer
            && claims.aud == inner.audience
            && claims.client_id == FIRST_PARTY_CLIENT_ID
            && now < claims.exp.saturating_add(leeway)
            && now >= claims.nbf.max(claims.iat).saturating_sub(leeway)
    }

    /// The public keys, for those who check our tokens themselves; the newest first.
    pub async fn jwks(&self) -> Vec<Jwk> {
        self.inner.keys.refresh().await;
        self.inner.keys.public()
    }
}

/// What stands in the headers of our tokens. A `jku`, `jwk` or `x5u` is not followed because it is not even borne.
const HEADER: [&str; 3] = ["alg", "typ", "kid"];
