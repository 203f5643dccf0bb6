//! `GET /me`: a bearer token (HS256), a chain of dependencies, a role.

use fastrail::prelude::*;
use fastrail::security::jwt::{Jwt, KeyError, TokenError};

/// Reads the key once, before the first request
pub async fn read_key(lifespan: Lifespan) -> Result<(), KeyError> {
    let secret = SecretString::from("a secret of the benchmark, 32 bytes at least");
    lifespan.provide(Jwt::hs256(&secret)?);
    Ok(())
}

#[derive(ApiError)]
pub enum AuthError {
    /// You may not do this
    #[api_error(status = 403, code = "forbidden")]
    Forbidden,
}

#[derive(Clone, Deserialize)]
pub struct Claims {
    sub: String,
    role: String,
}

#[derive(Clone)]
pub struct CurrentUser {
    name: String,
    role: String,
}

#[derive(Clone)]
pub struct Admin(CurrentUser);

/// What the token says
#[dependency]
async fn claims(token: BearerToken, jwt: State<Jwt>) -> Result<Claims, TokenError> {
    jwt.verify(token.expose())
}

/// Who calls
#[dependency]
async fn current_user(claims: Claims) -> Result<CurrentUser, AuthError> {
    Ok(CurrentUser { name: claims.sub, role: claims.role })
}

/// An administrator calls
#[dependency]
async fn admin(user: CurrentUser) -> Result<Admin, AuthError> {
    if user.role == "admin" { Ok(Admin(user)) } else { Err(AuthError::Forbidden) }
}

#[derive(Serialize, Schema)]
pub struct Me {
    name: String,
    role: String,
}

/// Tells who calls
#[get("/me")]
pub async fn read_me(admin: Admin) -> Me {
    Me { name: admin.0.name, role: admin.0.role }
}
