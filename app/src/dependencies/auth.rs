//! Who calls: the access token, the cookie or the API key, and the user whom it stands for.

use std::ops::Deref;
use std::sync::Arc;

use fastrail::params::{Argument, RequestPart, RequestPartKind};
use fastrail::prelude::*;
use fastrail::request::RequestContext;

use super::limits::Call;
use super::origin::RequestOrigin;
use crate::config::Settings;
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
        "roles:read" = "Read roles and what can be allowed",
        "roles:write" = "Make, change, delete, give and take roles",
        "items:read" = "Read items of one's own",
        "items:write" = "Make, change and delete items of one's own",
        "items:read_all" = "Read everybody's items",
        "items:write_all" = "Change and delete everybody's items",
    )
))]
pub struct AccessToken(SecretString);

// ANCHOR: schemes
/// What `POST /api/v1/api-keys` has given to a program; it may do what its scopes name, and no more than its owner
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
pub struct ApiKeyHeader(SecretString);

/// What `POST /api/v1/auth/login` sets, for browsers. A request that may change something needs an `Origin` of this host or
/// an allowed one
#[derive(Clone, SecurityScheme)]
#[security(api_key(cookie = "__Host-session"))]
pub struct SessionCookie(SecretString);
// ANCHOR_END: schemes

/// The user in whose name the request is made, as the database knows them now
///
/// By an access token, an API key or the cookie, in this order. A credential of a deactivated or deleted user, of a login
/// that has ended, or a key that was taken back, counts for nothing from that moment on.
#[dependency]
pub async fn current_user(
    token: Option<AccessToken>,
    key: Option<ApiKeyHeader>,
    cookie: Option<SessionCookie>,
    origin: RequestOrigin,
    settings: State<Arc<Settings>>,
    authentication: State<AuthenticationService>,
    call: Call,
) -> Result<CurrentUser, AuthProblem> {
    let user = match (token, key) {
        (None, Some(key)) => authentication.authenticate_key(&key.0).await.map_err(AuthProblem::from),
        (token, _) => logged_in(token, cookie, &origin, &settings, &authentication).await,
    };
    call.made_by(user).await
}

/// A user who has logged in: no API key, which could give itself more than it was given
#[derive(Clone, Debug)]
pub struct Person(CurrentUser);

impl Deref for Person {
    type Target = CurrentUser;

    fn deref(&self) -> &CurrentUser {
        &self.0
    }
}

/// The user who has logged in, as the database knows them now
#[dependency]
pub async fn person(
    token: Option<AccessToken>,
    cookie: Option<SessionCookie>,
    headers: KeyShown,
    origin: RequestOrigin,
    settings: State<Arc<Settings>>,
    authentication: State<AuthenticationService>,
    call: Call,
) -> Result<Person, AuthProblem> {
    let user = match token.is_none() && headers.0 {
        true => Err(AuthProblem::LoginRequired),
        false => logged_in(token, cookie, &origin, &settings, &authentication).await,
    };
    call.made_by(user).await.map(Person)
}

async fn logged_in(
    token: Option<AccessToken>,
    cookie: Option<SessionCookie>,
    origin: &RequestOrigin,
    settings: &Settings,
    authentication: &AuthenticationService,
) -> Result<CurrentUser, AuthProblem> {
    match (token, cookie) {
        (Some(token), _) => Ok(authentication.authenticate(token.0.expose_secret()).await?),
        (None, Some(_)) if !origin.is_trusted(&settings.auth.allowed_origins) => Err(AuthProblem::OriginMismatch),
        (None, Some(cookie)) => Ok(authentication.authenticate_cookie(&cookie.0).await?),
        (None, None) => Err(AuthProblem::NotAuthenticated),
    }
}

/// Whether an API key was sent to where none counts, to say so
#[derive(Clone, Copy, Debug)]
pub struct KeyShown(bool);

impl RequestPart for KeyShown {
    fn of(cx: &RequestContext) -> Self {
        Self(cx.info().headers().contains_key("x-api-key"))
    }
}

impl Argument for KeyShown {
    type Kind = RequestPartKind;
}
