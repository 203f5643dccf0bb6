//! One's own logins: where one is logged in, and the end of one that is not wanted.

use fastrail::prelude::*;

use crate::dependencies::auth::Person;
use crate::dependencies::listing::PageRequest;
use crate::dependencies::services::{LoginReader, LoginWriter};
use crate::errors::{DatabaseProblem, SessionProblem};
use crate::schemas::PageOut;
use crate::schemas::auth::SessionOut;

/// The operations below `/auth/sessions`
pub fn router() -> Router {
    Router::new("/auth/sessions").tags(["auth"]).include(routes![list_sessions, end_session])
}

/// List one's logins
///
/// Those that are alive, the one that was used last first.
#[get("")]
pub async fn list_sessions(
    user: Person,
    page: PageRequest,
    logins: LoginReader,
) -> Result<PageOut<SessionOut>, DatabaseProblem> {
    let current = user.session_id();
    let logins = logins.list(&user, page).await?;
    Ok(logins.map(|login| SessionOut::new(login, current)).into())
}

/// End one of one's logins
///
/// Another's is not found, so that nobody learns that it exists.
#[delete("/{session_id}", status = 204)]
pub async fn end_session(user: Person, session_id: Uuid, logins: LoginWriter) -> Result<(), SessionProblem> {
    Ok(logins.end(&user, session_id.into()).await?)
}
