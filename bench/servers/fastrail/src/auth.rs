//! `GET /me`: a bearer token (HS256), a chain of dependencies, a role.

use std::sync::LazyLock;

use fastrail::prelude::*;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

static KEY: LazyLock<DecodingKey> =
    LazyLock::new(|| DecodingKey::from_secret(b"a secret of the benchmark, 32 bytes at least"));
static RULES: LazyLock<Validation> = LazyLock::new(|| Validation::new(Algorithm::HS256));

#[derive(ApiError)]
pub enum AuthError {
    /// The token is not valid
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = "Bearer"))]
    Invalid,
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
async fn claims(token: BearerToken) -> Result<Claims, AuthError> {
    decode(token.expose(), &KEY, &RULES).map(|token| token.claims).map_err(|_| AuthError::Invalid)
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
