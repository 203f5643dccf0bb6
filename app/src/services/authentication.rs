//! Login, refresh, logout, and the check of each request's token.
//!
//! Opens and commits database sessions of its own: what it decides against a caller (the end of
//! a login whose refresh token was stolen) must outlive the error that the caller gets.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::{
    clock::Clock,
    passwords::{PasswordError, PasswordHasher},
    principal::CurrentUser,
    random,
    rotation::{self, Rotated},
    sealing::{SealError, Sealer},
    tokens::{TokenError, TokenService},
};
use crate::{
    models::{LoginSession, LoginSessionId, Permission, User, UserId},
    repositories::{
        Connection, Database, DatabaseError, LoginSessionRepository, RefreshTokenRepository, Session, UserRepository,
    },
};

/// Why nobody came in.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuthenticationError {
    /// Unknown user, wrong password, deactivated or deleted user, or a refresh token that is
    /// unknown, used before, expired or ended. Deliberately one error: nobody learns which.
    #[error("the credentials do not count")]
    InvalidGrant,
    /// The access token does not count, or its user or login does not any more.
    #[error("the access token does not count")]
    InvalidToken,
    /// The password could not be checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// No access token could be made. A defect.
    #[error("no access token could be made")]
    Token(#[source] TokenError),
    /// What a refresh token was replaced by cannot be read. A defect, or another `SECRET_KEY`.
    #[error("the replaced refresh token cannot be read")]
    Sealed(#[from] SealError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What a login or a refresh gives.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// For the header `Authorization`.
    pub access_token: SecretString,
    /// How long the access token counts.
    pub expires_in: Duration,
    /// For the next refresh, once.
    pub refresh_token: SecretString,
    /// What the user may do.
    pub permissions: BTreeSet<Permission>,
}

impl TokenPair {
    /// What the user may do, as OAuth writes it: names with blanks between (RFC 6749 §3.3).
    #[must_use]
    pub fn scope(&self) -> String {
        let names: Vec<&str> = self.permissions.iter().map(Permission::as_str).collect();
        names.join(" ")
    }
}

/// Login, refresh, logout, and the check of access tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AuthenticationService {
    pub(super) database: Database,
    pub(super) passwords: PasswordHasher,
    pub(super) tokens: TokenService,
    pub(super) sealer: Arc<Sealer>,
    pub(super) refresh_ttl: TimeDelta,
    pub(super) clock: Clock,
}

impl AuthenticationService {
    /// The service over its parts; `refresh_ttl` is how long a login lives without being used.
    #[must_use]
    pub fn new(
        database: Database,
        passwords: PasswordHasher,
        tokens: TokenService,
        sealer: Arc<Sealer>,
        refresh_ttl: Duration,
        clock: Clock,
    ) -> Self {
        Self {
            database,
            passwords,
            tokens,
            sealer,
            refresh_ttl: TimeDelta::from_std(refresh_ttl).unwrap_or(TimeDelta::MAX),
            clock,
        }
    }

    /// Logs in by username or e-mail address. No connection is held while the password is
    /// checked, and an unknown user costs the same work as a known one.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidGrant`], or [`AuthenticationError::Password`] under overload.
    pub async fn login(&self, login: &str, password: SecretString) -> Result<TokenPair, AuthenticationError> {
        let users = UserRepository::new(self.database.read_session());
        let user = users.get_by_login(login).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let matches = self.passwords.verify(password, hash).await?;
        let user = user.filter(|user| matches && user.may_log_in());
        let user = user.ok_or(AuthenticationError::InvalidGrant)?;

        self.tokens.refresh_keys().await;
        let session = self.database.session();
        // Asked again: the user may have been shut out while the password was being checked.
        // The lock makes a deactivation wait, so that it ends this login too.
        let user = UserRepository::new(session.clone()).hold_by_id(user.id).await?;
        let user = user.filter(User::may_log_in).ok_or(AuthenticationError::InvalidGrant)?;
        let (login, refresh_token) = self.open_login(&session, user.id).await?;
        let pair = self.token_pair(&session, &user, login.id, refresh_token);
        let pair = pair.await?;
        session.commit().await?;
        Ok(pair)
    }

    /// Trades a refresh token for a new pair. Each token counts once; within 10 s of its use it
    /// answers with the same successor, and later use ends the whole login.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidGrant`].
    pub async fn refresh(&self, presented: &SecretString) -> Result<TokenPair, AuthenticationError> {
        let hash = rotation::hash(presented);
        // Guesses do not get to take the connection that writes.
        let known = RefreshTokenRepository::new(self.database.read_session());
        if known.get_by_hash(&hash).await?.is_none() {
            return Err(AuthenticationError::InvalidGrant);
        }
        self.tokens.refresh_keys().await;
        let session = self.database.session();
        match rotation::rotate(self, &session, &hash).await? {
            Rotated::Token { login, secret } => {
                let user = living_user(&session, login.user_id).await?;
                let pair = self.token_pair(&session, &user, login.id, secret).await?;
                session.commit().await?;
                Ok(pair)
            }
            Rotated::Reused { login } => {
                LoginSessionRepository::new(session.clone()).revoke(login, self.clock.now()).await?;
                session.commit().await?;
                tracing::warn!(session_id = %login, "refresh token reused, login ended");
                Err(AuthenticationError::InvalidGrant)
            }
        }
    }

    /// Ends the login of the caller's token: its refresh and access tokens do not count any more.
    ///
    /// # Errors
    /// [`AuthenticationError::Database`].
    pub async fn logout(&self, user: &CurrentUser) -> Result<(), AuthenticationError> {
        let session = self.database.session();
        LoginSessionRepository::new(session.clone()).revoke(user.session_id, self.clock.now()).await?;
        session.commit().await?;
        Ok(())
    }

    /// Finds out who is asking. Everything but the signature is asked of the database each
    /// time, so a deactivated user, an ended login or a lost role counts at once.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidToken`].
    pub async fn authenticate(&self, token: &str) -> Result<CurrentUser, AuthenticationError> {
        let claims = self.tokens.verify(token).await;
        let claims = claims.map_err(|_| AuthenticationError::InvalidToken)?;
        let read = self.database.read_session();
        let login = LoginSessionRepository::new(read.clone()).get_by_id(claims.sid).await?;
        login
            .filter(|login| login.user_id == claims.sub && login.is_alive(self.clock.now()))
            .ok_or(AuthenticationError::InvalidToken)?;
        let users = UserRepository::new(read);
        let user = users.get_by_id(claims.sub).await?.filter(User::may_log_in);
        let user = user.ok_or(AuthenticationError::InvalidToken)?;
        Ok(CurrentUser {
            id: user.id,
            permissions: users.permissions_of(user.id).await?,
            username: user.username,
            session_id: claims.sid,
        })
    }

    async fn open_login(
        &self,
        session: &Session,
        user_id: UserId,
    ) -> Result<(LoginSession, SecretString), AuthenticationError> {
        let now = self.clock.now();
        let login = LoginSession {
            id: random::uuid_v7(now).into(),
            user_id,
            created_at: now,
            last_used_at: now,
            expires_at: self.refresh_expiry(now),
            revoked_at: None,
            version: 1,
        };
        let login = LoginSessionRepository::new(session.clone()).create(login).await?;
        let (row, secret) = rotation::make(&login, now);
        RefreshTokenRepository::new(session.clone()).create(row).await?;
        Ok((login, secret))
    }

    async fn token_pair(
        &self,
        session: &Session,
        user: &User,
        login: LoginSessionId,
        refresh_token: SecretString,
    ) -> Result<TokenPair, AuthenticationError> {
        let users = UserRepository::new(session.clone());
        let access = self.tokens.issue(user.id, login);
        let access = access.map_err(AuthenticationError::Token)?;
        Ok(TokenPair {
            access_token: access.token,
            expires_in: access.expires_in,
            refresh_token,
            permissions: users.permissions_of(user.id).await?,
        })
    }

    pub(super) fn refresh_expiry(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.checked_add_signed(self.refresh_ttl).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The user, if they may still come in.
async fn living_user<C: Connection>(connection: &C, id: UserId) -> Result<User, AuthenticationError> {
    let user = UserRepository::new(connection.clone()).get_by_id(id).await?;
    user.filter(User::may_log_in).ok_or(AuthenticationError::InvalidGrant)
}
