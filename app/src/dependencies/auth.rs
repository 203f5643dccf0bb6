//! Who calls: the access token, and the user whom it names.

use fastrail::prelude::*;

use crate::errors::AuthProblem;
use crate::services::authentication::AuthenticationService;
use crate::services::principal::CurrentUser;

/// Sign in with a username or an e-mail address and a password
#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(
    token_url = "/api/v1/auth/token",
    scopes(
        "users:read" = "Read every user",
        "users:write" = "Make, change, delete and restore every user",
        "items:read" = "Read items of one's own",
        "items:write" = "Make, change and delete items of one's own",
        "items:read_all" = "Read everybody's items",
        "items:write_all" = "Change and delete everybody's items",
    )
))]
pub struct AccessToken(SecretString);

/// The user whom the access token names, as the database knows them now
///
/// A token of a deactivated or deleted user, or of a login that has ended, counts for nothing from that moment on.
#[dependency]
pub async fn current_user(
    token: AccessToken,
    authentication: State<AuthenticationService>,
) -> Result<CurrentUser, AuthProblem> {
    Ok(authentication.authenticate(token.0.expose_secret()).await?)
}
