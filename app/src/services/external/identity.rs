//! The account that stands for a person of the provider.

use super::super::{authentication::AuthenticationService, random};
use super::ExternalClaims;
use crate::{
    models::{EmailAddress, ExternalIdentity, FullName, PasswordHash, RoleName, User, UserId, Username},
    repositories::{
        DatabaseError, EMAIL_TAKEN, ExternalIdentityRepository, RoleRepository, USERNAME_TAKEN, UserRepository,
    },
};

/// The account of a person, and whether it was made just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub user: UserId,
    /// Whether it was made just now.
    pub is_new: bool,
}

/// Why a person has no account.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IdentityError {
    /// Accounts are not made at first sight.
    #[error("the person is not known here")]
    Unknown,
    /// The provider tells no verified address to make an account with.
    #[error("the provider tells no verified e-mail address")]
    NoAddress,
    /// Another account has the address; it is not linked by that.
    #[error("another account has the e-mail address")]
    EmailTaken,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl AuthenticationService {
    /// Finds the account of a person, or makes it.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub async fn identify(
        &self,
        issuer: &str,
        claims: &ExternalClaims,
        makes_users: bool,
    ) -> Result<Identity, IdentityError> {
        let identities = ExternalIdentityRepository::new(self.database.read_session());
        if let Some(known) = identities.get(issuer, &claims.subject).await? {
            return Ok(Identity { user: known.user_id, is_new: false });
        }
        if !makes_users {
            return Err(IdentityError::Unknown);
        }
        let email = claims.email.as_deref().and_then(|email| email.parse::<EmailAddress>().ok());
        let email = email.ok_or(IdentityError::NoAddress)?;
        match self.make(issuer, claims, email).await {
            Ok(user) => Ok(Identity { user, is_new: true }),
            // Another request with a first token was faster; it has made the same account.
            Err(error) => match identities.get(issuer, &claims.subject).await? {
                Some(known) => Ok(Identity { user: known.user_id, is_new: false }),
                None if error.is_constraint(EMAIL_TAKEN) => Err(IdentityError::EmailTaken),
                None => Err(error.into()),
            },
        }
    }

    async fn make(&self, issuer: &str, claims: &ExternalClaims, email: EmailAddress) -> Result<UserId, DatabaseError> {
        let wanted = claims.username.as_deref().and_then(|name| name.parse::<Username>().ok());
        let made_up = made_up_name();
        let mut outcome = self.make_named(issuer, claims, &email, wanted.as_ref().unwrap_or(&made_up)).await;
        if outcome.as_ref().is_err_and(|error| error.is_constraint(USERNAME_TAKEN)) {
            outcome = self.make_named(issuer, claims, &email, &made_up).await;
        }
        outcome
    }

    async fn make_named(
        &self,
        issuer: &str,
        claims: &ExternalClaims,
        email: &EmailAddress,
        username: &Username,
    ) -> Result<UserId, DatabaseError> {
        let now = self.clock.now();
        let session = self.database.session();
        let user = User {
            id: random::uuid_v7(now).into(),
            email_key: email.key(),
            email: email.clone(),
            username_key: username.key(),
            username: username.clone(),
            password_hash: PasswordHash::none(),
            full_name: claims.full_name.as_deref().and_then(|name| name.parse::<FullName>().ok()),
            is_active: true,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        };
        let user = UserRepository::new(session.clone()).create(user).await?;
        let roles = RoleRepository::new(session.clone());
        if let Some(role) = roles.get_by_name(&RoleName::USER).await? {
            roles.assign(user.id, role.id, now).await?;
        }
        let identity = ExternalIdentity {
            id: random::uuid_v7(now).into(),
            issuer: issuer.to_owned(),
            subject: claims.subject.clone(),
            user_id: user.id,
            created_at: now,
            version: 1,
        };
        ExternalIdentityRepository::new(session.clone()).create(identity).await?;
        session.commit().await?;
        tracing::info!(user_id = %user.id, "an account was made for a person of the identity provider");
        Ok(user.id)
    }
}

/// A name that nobody has.
fn made_up_name() -> Username {
    let name = format!("user-{}", random::base62(12));
    name.parse().expect("invariant: 17 letters, digits and a hyphen are a username")
}
