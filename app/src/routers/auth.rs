//! Accounts and tokens: register, log in, refresh, log out.

use fastrail::prelude::*;
use http::header::{CACHE_CONTROL, HeaderName, PRAGMA};

use crate::dependencies::services::UserWriter;
use crate::errors::{AuthProblem, OAuthErrors, TokenProblem, UserCreateProblem};
use crate::schemas::auth::{TokenOut, TokenRequest};
use crate::schemas::users::{RegisterIn, UserOut};
use crate::services::authentication::{AuthenticationService, TokenPair};
use crate::services::principal::CurrentUser;
use crate::services::users::NewUser;

/// The operations below `/auth`
pub fn router() -> Router {
    Router::new("/auth").tags(["auth"]).include(routes![register, create_token, logout])
}

/// Make an account
///
/// A name or an address that is taken is told, so that people find out why (a deleted account keeps both).
#[post("/register", status = 201)]
pub async fn register(body: RegisterIn, users: UserWriter) -> Result<(Location, UserOut), UserCreateProblem> {
    let RegisterIn { email, username, password, full_name } = body;
    let user = users.create(NewUser { email, username, password, full_name, is_active: true }).await?;
    let user = UserOut::from(user);
    Ok((Location::of(user.location()), user))
}

/// Get tokens
///
/// `grant_type=password` logs in with a username or an e-mail address; `grant_type=refresh_token` takes the refresh
/// token of the last answer, once. First-party clients only (RFC 9700 §2.4).
#[post("/token", errors = OAuthErrors)]
pub async fn create_token(
    #[form] form: TokenRequest,
    authentication: State<AuthenticationService>,
) -> Result<([(HeaderName, &'static str); 2], TokenOut), TokenProblem> {
    let missing = |parameter| TokenProblem::InvalidRequest { parameter };
    let pair = match form.grant_type.as_deref() {
        Some("password") => {
            let username = form.username.ok_or(missing("username"))?;
            authentication.login(&username, form.password.ok_or(missing("password"))?).await?
        }
        Some("refresh_token") => authentication.refresh(&form.refresh_token.ok_or(missing("refresh_token"))?).await?,
        Some(_) => return Err(TokenProblem::UnsupportedGrantType),
        None => return Err(missing("grant_type")),
    };
    Ok((NOT_STORED, token_out(&pair)))
}

/// Log out
///
/// Ends the login that the access token belongs to: its refresh token is dead, and so are its access tokens.
#[post("/logout", status = 204)]
pub async fn logout(user: CurrentUser, authentication: State<AuthenticationService>) -> Result<(), AuthProblem> {
    Ok(authentication.logout(&user).await?)
}

/// RFC 6749 §5.1 asks for both, wherever tokens are in the answer
const NOT_STORED: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];

fn token_out(pair: &TokenPair) -> TokenOut {
    TokenOut {
        access_token: pair.access_token.expose_secret().to_owned(),
        token_type: "bearer".to_owned(),
        expires_in: pair.expires_in.as_secs(),
        refresh_token: pair.refresh_token.expose_secret().to_owned(),
        scope: pair.scope(),
    }
}
