//! Who a request comes from: by an access token, a browser's cookie, or an API key.
//!
//! Everything but a signature is asked of the database each time, so a deactivated user, an ended login, a key that was
//! taken back or a lost role counts at once.

use std::collections::BTreeSet;

use secrecy::SecretString;

use super::{
    api_keys::{KeyText, is_due},
    authentication::{AuthenticationError, AuthenticationService},
    external::{ExternalTokens, IdentityError},
    principal::{Credential, CurrentUser},
    rotation,
};
use crate::{
    models::{ApiKey, LoginSession, Permission, User, UserId},
    repositories::{ApiKeyRepository, LoginSessionRepository, RoleRepository, UserRepository},
};

impl AuthenticationService {
    /// The caller with this access token.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidToken`].
    pub async fn authenticate(&self, token: &str) -> Result<CurrentUser, AuthenticationError> {
        let claims = match (self.tokens.verify(token).await, &self.external) {
            (Ok(claims), _) => claims,
            (Err(_), Some(external)) => return self.authenticate_external(external, token).await,
            (Err(_), None) => return Err(AuthenticationError::InvalidToken),
        };
        let login = LoginSessionRepository::new(self.database.read_session()).get_by_id(claims.sid).await?;
        let login = login.filter(|login| login.user_id == claims.sub);
        self.caller_of(login).await
    }

    /// The caller with a token of the external provider, who has the roles of the account and those that the token's
    /// claims stand for.
    async fn authenticate_external(
        &self,
        external: &ExternalTokens,
        token: &str,
    ) -> Result<CurrentUser, AuthenticationError> {
        let claims = external.verify(token).await.map_err(|_| AuthenticationError::InvalidToken)?;
        let options = external.options();
        let identity = self.identify(&options.issuer_text, &claims, options.makes_users).await;
        let identity = identity.map_err(|error| match error {
            IdentityError::Database(error) => error.into(),
            refused => {
                tracing::info!(reason = %refused, "a person of the identity provider was refused");
                AuthenticationError::InvalidToken
            }
        })?;
        let mut caller = self.user_with(identity.user, Credential::External).await?;
        let roles = RoleRepository::new(self.database.read_session());
        for name in &claims.roles {
            if let Some(role) = roles.get_by_name(name).await? {
                let permissions = roles.permissions_of_roles(&[role.id]).await?;
                caller.permissions.extend(permissions.into_values().flatten());
            }
        }
        Ok(caller)
    }

    /// The caller with this cookie.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidToken`].
    pub async fn authenticate_cookie(&self, cookie: &SecretString) -> Result<CurrentUser, AuthenticationError> {
        let logins = LoginSessionRepository::new(self.database.read_session());
        let login = logins.get_by_cookie(&rotation::hash(cookie)).await?;
        self.caller_of(login).await
    }

    /// The caller with this API key, who may do what its owner may and its scopes allow.
    ///
    /// # Errors
    /// [`AuthenticationError::InvalidToken`].
    pub async fn authenticate_key(&self, key: &SecretString) -> Result<CurrentUser, AuthenticationError> {
        // A typing error or a guess costs no look into the database.
        let text = KeyText::parse(key).ok_or(AuthenticationError::InvalidToken)?;
        let keys = ApiKeyRepository::new(self.database.read_session());
        let now = self.clock.now();
        let key = keys.get_by_hash(&text.hash()).await?.filter(|key| key.is_alive(now));
        let key = key.ok_or(AuthenticationError::InvalidToken)?;
        let caller = self.user_with(key.user_id, Credential::ApiKey(key.id)).await?;
        let permissions = caller.permissions.intersection(&key.scopes.0).cloned().collect::<BTreeSet<Permission>>();
        self.note_use(&key).await;
        Ok(CurrentUser { permissions, ..caller })
    }

    async fn caller_of(&self, login: Option<LoginSession>) -> Result<CurrentUser, AuthenticationError> {
        let login = login.filter(|login| login.is_alive(self.clock.now()));
        let login = login.ok_or(AuthenticationError::InvalidToken)?;
        self.user_with(login.user_id, Credential::Login(login.id)).await
    }

    /// A user who may come in, with all that they may do.
    pub(super) async fn user_with(
        &self,
        id: UserId,
        credential: Credential,
    ) -> Result<CurrentUser, AuthenticationError> {
        let users = UserRepository::new(self.database.read_session());
        let user = users.get_by_id(id).await?.filter(User::may_log_in);
        let user = user.ok_or(AuthenticationError::InvalidToken)?;
        let permissions = users.permissions_of(user.id).await?;
        Ok(CurrentUser { id: user.id, username: user.username, credential, permissions })
    }

    /// Notes that a key was used, at most once a minute; when that fails, the request goes on.
    async fn note_use(&self, key: &ApiKey) {
        let now = self.clock.now();
        if !is_due(key, now) {
            return;
        }
        let session = self.database.session();
        let noted = ApiKeyRepository::new(session.clone()).note_use(key.id, now).await;
        let noted = if noted.is_ok() { session.commit().await } else { noted };
        if let Err(error) = noted {
            tracing::warn!(%error, api_key_id = %key.id, "the use of an API key was not noted");
        }
    }
}
