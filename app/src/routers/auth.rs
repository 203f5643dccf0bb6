//! Accounts, logins and tokens: register, log in, refresh, log out, another password.

use std::sync::Arc;

use fastrail::prelude::*;
use fastrail::response::SameSite;
use http::header::{CACHE_CONTROL, HeaderName, PRAGMA};

use crate::constants::sessions::SESSION_COOKIE;
use crate::dependencies::auth::Person;
use crate::dependencies::limits::entrance;
use crate::dependencies::origin::RequestOrigin;
use crate::dependencies::services::LoginWriter;
use crate::dependencies::settings::Settings;
use crate::errors::{
    LoginProblem, OAuthErrors, PasswordChangeProblem, SessionProblem, TokenProblem, UserCreateProblem,
};
use crate::schemas::auth::{LoginIn, PasswordChangeIn, SessionOut, TokenOut, TokenRequest};
use crate::schemas::users::{RegisterIn, UserOut};
use crate::services::authentication::{AuthenticationService, TokenPair};
use crate::services::client::Client;
use crate::services::registration::RegistrationService;
use crate::services::users::NewUser;

/// The operations below `/auth`
pub fn router() -> Router {
    Router::new("/auth").tags(["auth"]).include(routes![
        register,
        create_token,
        login,
        logout,
        logout_all,
        change_password
    ])
}

/// Make an account
///
/// A name or an address that is taken is told, so that people find out why (a deleted account keeps both).
#[post("/register", status = 201, depends(entrance))]
pub async fn register(
    body: RegisterIn,
    registration: RegistrationService,
) -> Result<(Location, UserOut), UserCreateProblem> {
    let RegisterIn { email, username, password, full_name } = body;
    let user = registration.register(NewUser { email, username, password, full_name, is_active: true }).await?;
    let user = UserOut::from(user);
    Ok((Location::of(user.location()), user))
}

/// Get tokens
///
/// `grant_type=password` logs in with a username or an e-mail address; `grant_type=refresh_token` takes the refresh
/// token of the last answer, once. First-party clients only (RFC 9700 §2.4).
#[post("/token", errors = OAuthErrors, depends(entrance))]
pub async fn create_token(
    #[form] form: TokenRequest,
    client: Client,
    authentication: State<AuthenticationService>,
) -> Result<([(HeaderName, &'static str); 2], TokenOut), TokenProblem> {
    let missing = |parameter| TokenProblem::InvalidRequest { parameter };
    let pair = match form.grant_type.as_deref() {
        Some("password") => {
            let username = form.username.ok_or(missing("username"))?;
            authentication.login(&username, form.password.ok_or(missing("password"))?, &client).await?
        }
        Some("refresh_token") => authentication.refresh(&form.refresh_token.ok_or(missing("refresh_token"))?).await?,
        Some(_) => return Err(TokenProblem::UnsupportedGrantType),
        None => return Err(missing("grant_type")),
    };
    Ok((NOT_STORED, token_out(&pair)))
}

/// Log a browser in
///
/// Sets the cookie `__Host-session`, which scripts cannot read and other sites cannot use. A page of another origin than
/// this host, or an allowed one, is refused.
#[post("/login", depends(entrance))]
pub async fn login(
    body: LoginIn,
    client: Client,
    origin: RequestOrigin,
    settings: State<Arc<Settings>>,
    authentication: State<AuthenticationService>,
) -> Result<(SetCookie, SessionOut), LoginProblem> {
    if origin.is_foreign(&settings.auth.allowed_origins) {
        return Err(LoginProblem::OriginMismatch);
    }
    let login = authentication.login_with_cookie(&body.username, body.password, &client).await?;
    let cookie = SetCookie::new(SESSION_COOKIE, login.cookie.expose_secret());
    let id = login.session.id;
    Ok((cookie.same_site(SameSite::Strict).max_age(login.lifetime), SessionOut::new(login.session, Some(id))))
}

/// Log out
///
/// Ends the login that the access token or the cookie belongs to: its refresh token is dead, and so are its access
/// tokens.
#[post("/logout", status = 204)]
pub async fn logout(user: Person, logins: LoginWriter) -> Result<(SetCookie, ()), SessionProblem> {
    logins.end_current(&user).await?;
    Ok((no_cookie(), ()))
}

/// Log out everywhere
///
/// Ends every login of the caller's, this one too. API keys live on.
#[post("/logout-all", status = 204)]
pub async fn logout_all(user: Person, logins: LoginWriter) -> Result<(SetCookie, ()), SessionProblem> {
    logins.end_all(&user).await?;
    Ok((no_cookie(), ()))
}

// ANCHOR: change_password
/// Change one's password
///
/// Every other login ends. Wrong guesses of the current password count as failed logins do.
#[post("/password/change", status = 204)]
pub async fn change_password(
    user: Person,
    body: PasswordChangeIn,
    client: Client,
    authentication: State<AuthenticationService>,
) -> Result<(), PasswordChangeProblem> {
    let PasswordChangeIn { current_password, new_password } = body;
    Ok(authentication.change_password(&user, current_password, &new_password, &client).await?)
}
// ANCHOR_END: change_password

/// Takes the browser's cookie away; one that is not there is no matter
fn no_cookie() -> SetCookie {
    SetCookie::removal(SESSION_COOKIE).same_site(SameSite::Strict)
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
