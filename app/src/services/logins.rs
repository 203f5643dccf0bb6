//! Logins as their owners see them: which there are, and their end.

use super::{clock::Clock, principal::CurrentUser};
use crate::{
    models::{LoginSession, LoginSessionId, Page, PageRequest},
    repositories::{Connection, DatabaseError, LoginSessionRepository, Session},
};

/// Why a use case of logins failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LoginError {
    /// There is no such login of the caller's, or it has ended.
    #[error("there is no such login")]
    NotFound,
    /// The caller has not come by a login of ours, so there is none to end.
    #[error("there is no login to end")]
    NoLogin,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The use cases of logins: reading on any connection, ending on a [`Session`] whose commit is the caller's.
#[derive(Debug, Clone)]
pub struct LoginService<C> {
    logins: LoginSessionRepository<C>,
    clock: Clock,
}

impl<C: Connection> LoginService<C> {
    /// The use cases on a connection.
    pub const fn new(connection: C, clock: Clock) -> Self {
        Self { logins: LoginSessionRepository::new(connection), clock }
    }

    /// The caller's logins that are alive, the one that was used last first.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn list(&self, user: &CurrentUser, page: PageRequest) -> Result<Page<LoginSession>, DatabaseError> {
        self.logins.list_of(user.id, self.clock.now(), page).await
    }
}

impl LoginService<Session> {
    /// Ends one of the caller's logins: its refresh token, its access tokens and its cookie are dead.
    ///
    /// # Errors
    /// [`LoginError::NotFound`], for another's too.
    pub async fn end(&self, user: &CurrentUser, id: LoginSessionId) -> Result<(), LoginError> {
        let now = self.clock.now();
        let login = self.logins.lock_by_id(id).await?;
        let login = login.filter(|login| login.user_id == user.id && login.is_alive(now));
        let login = login.ok_or(LoginError::NotFound)?;
        Ok(self.logins.revoke(login.id, now).await?)
    }

    /// Ends the login that the caller has come by.
    ///
    /// # Errors
    /// [`LoginError::NoLogin`] when that is none of ours.
    pub async fn end_current(&self, user: &CurrentUser) -> Result<(), LoginError> {
        let id = user.session_id().ok_or(LoginError::NoLogin)?;
        Ok(self.logins.revoke(id, self.clock.now()).await?)
    }

    /// Ends every login of the caller's, this one too.
    ///
    /// # Errors
    /// [`LoginError::Database`].
    pub async fn end_all(&self, user: &CurrentUser) -> Result<(), LoginError> {
        Ok(self.logins.revoke_all_of(user.id, self.clock.now()).await?)
    }
}
