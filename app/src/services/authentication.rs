//! Login, refresh, and another password; who a request comes from is in `callers`.
//!
//! Opens and commits database sessions of its own: what it decides against a caller (a failure that is counted, the end
//! of a login whose refresh token was stolen) must outlive the error that the caller gets.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use fastrail::security::{PasswordError, PasswordHasher};
use secrecy::SecretString;

use super::{
    client::Client,
    clock::Clock,
    external::ExternalTokens,
    lockout::Attempt,
    principal::CurrentUser,
    random,
    refreshes::Refreshes,
    rotation::{self, Rotated},
    sealing::{SealError, Sealer},
    tokens::{TokenError, TokenService},
};
use crate::{
    models::{LoginKind, LoginSession, LoginSessionId, Password, PasswordHash, Permission, User, UserId},
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
    /// The access token, the cookie or the API key does not count, or its user or login does not any more.
    #[error("the credential does not count")]
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

/// What a login of a browser gives.
#[derive(Debug, Clone)]
pub struct CookieLogin {
    /// The cookie's value.
    pub cookie: SecretString,
    /// How long it counts.
    pub lifetime: Duration,
    /// The login.
    pub session: LoginSession,
}

/// How long logins live, and how often they may fail.
#[derive(Debug, Clone, Copy)]
pub struct LoginRules {
    /// How long one with a refresh token lives, from its last use on.
    pub refresh_token: Duration,
    /// How long one by cookie lives, from its beginning on.
    pub cookie: Duration,
    /// How many failures from one address are free.
    pub free_address_failures: u32,
}

/// Login, refresh, and the check of every caller. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AuthenticationService {
    pub(super) database: Database,
    pub(super) passwords: PasswordHasher,
    pub(super) tokens: TokenService,
    pub(super) external: Option<ExternalTokens>,
    pub(super) sealer: Arc<Sealer>,
    pub(super) refresh_ttl: TimeDelta,
    pub(super) cookie_ttl: TimeDelta,
    pub(super) free_address_failures: u32,
    pub(super) clock: Clock,
    refreshes: Refreshes,
}

impl AuthenticationService {
    /// The service over its parts.
    #[must_use]
    pub fn new(
        database: Database,
        passwords: PasswordHasher,
        tokens: TokenService,
        external: Option<ExternalTokens>,
        sealer: Arc<Sealer>,
        rules: LoginRules,
        clock: Clock,
    ) -> Self {
        Self {
            database,
            passwords,
            tokens,
            external,
            sealer,
            refresh_ttl: TimeDelta::from_std(rules.refresh_token).unwrap_or(TimeDelta::MAX),
            cookie_ttl: TimeDelta::from_std(rules.cookie).unwrap_or(TimeDelta::MAX),
            free_address_failures: rules.free_address_failures,
            clock,
            refreshes: Refreshes::default(),
        }
    }

    /// Logs in by username or e-mail address. No connection is held while the password is checked, and an unknown user
    /// costs the same work as a known one.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidGrant`], also while the account or the address is locked;
    /// [`AuthenticationError::Password`] under overload.
    pub async fn login(
        &self,
        login: &str,
        password: SecretString,
        client: &Client,
    ) -> Result<TokenPair, AuthenticationError> {
        let (user, attempt) = self.check_password(login, password, client).await?;
        self.tokens.refresh_keys().await;
        let session = self.database.session();
        let user = self.admit(&session, user.id, &attempt).await?;
        let login = LoginSession { expires_at: self.refresh_expiry(self.clock.now()), ..self.new_login(&user, client) };
        let login = LoginSessionRepository::new(session.clone()).create(login).await?;
        let (row, refresh_token) = rotation::make(&login, self.clock.now());
        RefreshTokenRepository::new(session.clone()).create(row).await?;
        let pair = self.token_pair(&session, &user, login.id, refresh_token).await?;
        session.commit().await?;
        Ok(pair)
    }

    /// Logs a browser in, by a cookie.
    ///
    /// # Errors
    /// As [`login`](Self::login).
    pub async fn login_with_cookie(
        &self,
        login: &str,
        password: SecretString,
        client: &Client,
    ) -> Result<CookieLogin, AuthenticationError> {
        let (user, attempt) = self.check_password(login, password, client).await?;
        let session = self.database.session();
        let user = self.admit(&session, user.id, &attempt).await?;
        let cookie = random::opaque_token();
        let login = LoginSession {
            kind: LoginKind::Cookie,
            cookie_hash: Some(rotation::hash(&cookie)),
            expires_at: self.clock.now() + self.cookie_ttl,
            ..self.new_login(&user, client)
        };
        let session_row = LoginSessionRepository::new(session.clone()).create(login).await?;
        session.commit().await?;
        Ok(CookieLogin { cookie, session: session_row, lifetime: self.cookie_ttl.to_std().unwrap_or_default() })
    }

    /// Changes a password. Every other login ends; API keys live on, since they know no password.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidGrant`] when the current password is not the right one, and as for a login while too
    /// many were wrong.
    pub async fn change_password(
        &self,
        user: &CurrentUser,
        current: SecretString,
        new: &Password,
        client: &Client,
    ) -> Result<(), AuthenticationError> {
        let (_, attempt) = self.check_password(user.username.as_str(), current, client).await?;
        let password_hash = PasswordHash::new(self.passwords.hash(new.as_secret()).await?);
        let (session, now) = (self.database.session(), self.clock.now());
        let users = UserRepository::new(session.clone());
        let row = users.lock_by_id(user.id).await?.filter(User::may_log_in);
        let row = row.ok_or(AuthenticationError::InvalidGrant)?;
        users.update(User { password_hash, updated_at: now, ..row }).await?;
        let logins = LoginSessionRepository::new(session.clone());
        match user.session_id() {
            Some(kept) => logins.revoke_others_of(user.id, kept, now).await?,
            None => logins.revoke_all_of(user.id, now).await?,
        }
        attempt.succeeded(&session, &self.clock).await?;
        session.commit().await?;
        Ok(())
    }

    /// Checks a password, as an attempt that is counted first. Whatever is wrong costs the same.
    async fn check_password(
        &self,
        login: &str,
        password: SecretString,
        client: &Client,
    ) -> Result<(User, Attempt), AuthenticationError> {
        let user = UserRepository::new(self.database.read_session()).get_by_login(login).await?;
        let id = user.as_ref().map(|user| user.id);
        let attempt = Attempt::begin(self, id, login, client).await?;
        let hash = user.as_ref().and_then(|user| user.password_hash.as_phc());
        let matches = match self.passwords.verify(&password, hash).await {
            Ok(matches) => matches,
            Err(error) => {
                attempt.abandoned(self).await?;
                return Err(error.into());
            }
        };
        match user.filter(|user| matches && !attempt.is_locked && user.may_log_in()) {
            Some(user) => Ok((user, attempt)),
            None => {
                attempt.failed(self).await?;
                Err(AuthenticationError::InvalidGrant)
            }
        }
    }

    /// Asks again: the user may have been shut out while the password was being checked. The lock makes a deactivation
    /// wait, so that it ends this login too.
    async fn admit(&self, session: &Session, id: UserId, attempt: &Attempt) -> Result<User, AuthenticationError> {
        let user = UserRepository::new(session.clone()).hold_by_id(id).await?;
        let user = user.filter(User::may_log_in).ok_or(AuthenticationError::InvalidGrant)?;
        attempt.succeeded(session, &self.clock).await?;
        Ok(user)
    }

    /// Trades a refresh token for a new pair. Each token counts once; within 10 s of its use it
    /// answers with the same successor, and later use ends the whole login. Those who come with one
    /// token at the same time get the same pair.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidGrant`].
    pub async fn refresh(&self, presented: &SecretString) -> Result<TokenPair, AuthenticationError> {
        let hash = rotation::hash(presented);
        self.refreshes.share(&hash, self.trade(&hash)).await
    }

    async fn trade(&self, hash: &[u8]) -> Result<TokenPair, AuthenticationError> {
        // Guesses do not get to take the connection that writes.
        let known = RefreshTokenRepository::new(self.database.read_session());
        if known.get_by_hash(hash).await?.is_none() {
            return Err(AuthenticationError::InvalidGrant);
        }
        self.tokens.refresh_keys().await;
        let session = self.database.session();
        match rotation::rotate(self, &session, hash).await? {
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

    fn new_login(&self, user: &User, client: &Client) -> LoginSession {
        let now = self.clock.now();
        LoginSession {
            id: random::uuid_v7(now).into(),
            user_id: user.id,
            kind: LoginKind::Token,
            cookie_hash: None,
            address: client.place(),
            user_agent: client.user_agent(),
            created_at: now,
            last_used_at: now,
            expires_at: now,
            revoked_at: None,
            version: 1,
        }
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
