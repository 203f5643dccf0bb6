//! Rotation of refresh tokens: every use replaces the token, and a second use tells a thief from
//! a second tab by the time between them (RFC 9700 §4.14.2).

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::{
    authentication::{AuthenticationError, AuthenticationService},
    random,
    sealing::{Purpose, SealError},
};
use crate::{
    constants::tokens::REFRESH_GRACE,
    models::{LoginSession, LoginSessionId, RefreshToken},
    repositories::{LoginSessionRepository, RefreshTokenRepository, Session},
};

/// What came of a refresh token that is known.
pub(super) enum Rotated {
    /// The token to answer with: fresh, or the one that a use moments ago was answered with.
    Token {
        /// The login that it belongs to.
        login: LoginSession,
        /// The token.
        secret: SecretString,
    },
    /// It was used long ago. Whoever has it may have stolen it; the login must end.
    Reused {
        /// The login that it belongs to.
        login: LoginSessionId,
    },
}

/// What is stored of a token.
pub(super) fn hash(token: &SecretString) -> Vec<u8> {
    digest(&SHA256, token.expose_secret().as_bytes()).as_ref().to_vec()
}

/// A new token of a login and the row that stands for it.
pub(super) fn make(login: &LoginSession, now: DateTime<Utc>) -> (RefreshToken, SecretString) {
    let secret = random::opaque_token();
    let row = RefreshToken {
        id: random::uuid_v7(now).into(),
        session_id: login.id,
        token_hash: hash(&secret),
        created_at: now,
        expires_at: login.expires_at,
        rotated_at: None,
        successor_id: None,
        successor_sealed: None,
        version: 1,
    };
    (row, secret)
}

/// Uses a token.
///
/// # Errors
/// [`AuthenticationError::InvalidGrant`] when it is unknown, expired, or its login has ended.
pub(super) async fn rotate(
    service: &AuthenticationService,
    session: &Session,
    hash: &[u8],
) -> Result<Rotated, AuthenticationError> {
    let now = service.clock.now();
    let tokens = RefreshTokenRepository::new(session.clone());
    let logins = LoginSessionRepository::new(session.clone());
    let token = tokens.lock_by_hash(hash).await?;
    let mut token = token.ok_or(AuthenticationError::InvalidGrant)?;
    // Its end by a logout or a reuse waits for us, or we for it.
    let login = logins.lock_by_id(token.session_id).await?;
    let mut login = login.filter(|login| login.is_alive(now)).ok_or(AuthenticationError::InvalidGrant)?;

    if let Some(rotated_at) = token.rotated_at {
        let grace = TimeDelta::from_std(REFRESH_GRACE).unwrap_or_default();
        if now.signed_duration_since(rotated_at) > grace {
            return Ok(Rotated::Reused { login: login.id });
        }
        let secret = newest_successor(service, &tokens, token).await?;
        return Ok(Rotated::Token { login, secret });
    }
    if token.expires_at <= now {
        return Err(AuthenticationError::InvalidGrant);
    }

    login.last_used_at = now;
    login.expires_at = service.refresh_expiry(now);
    let login = logins.update(login).await?;
    let (successor, secret) = make(&login, now);
    let sealed =
        service.sealer.seal(Purpose::RefreshSuccessor, token.id.as_uuid(), secret.expose_secret().as_bytes())?;
    token.rotated_at = Some(now);
    token.successor_id = Some(successor.id);
    token.successor_sealed = Some(sealed);
    tokens.update(token).await?;
    tokens.create(successor).await?;
    Ok(Rotated::Token { login, secret })
}

/// What the token was replaced by, and that in turn: a second tab that comes within the grace
/// period must get the token that counts, or its next refresh would look like a theft.
async fn newest_successor(
    service: &AuthenticationService,
    tokens: &RefreshTokenRepository<Session>,
    mut token: RefreshToken,
) -> Result<SecretString, AuthenticationError> {
    loop {
        let (Some(id), Some(sealed)) = (token.successor_id, &token.successor_sealed) else {
            return Err(AuthenticationError::InvalidGrant);
        };
        let row = token.id.as_uuid();
        let plain = service.sealer.open(Purpose::RefreshSuccessor, row, sealed)?;
        let secret = std::str::from_utf8(&plain).map_err(|_| SealError)?;
        let secret = SecretString::from(secret);
        let successor = tokens.get_by_id(id).await?;
        token = successor.ok_or(AuthenticationError::InvalidGrant)?;
        if token.rotated_at.is_none() {
            return Ok(secret);
        }
    }
}
