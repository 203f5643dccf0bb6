//! `GET /api/v1/users/me`: the application's endpoint by hand, with the application's tokens.
//!
//! The signature (Ed25519) is checked, then the login, the user and the user's permissions are asked of the database.

use std::env;
use std::sync::LazyLock;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, SqlitePool};

use crate::auth::AuthError;

/// The pool of the application's database
#[derive(Clone)]
pub enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
    /// Only the benchmark's own endpoints are measured
    None,
}

/// Connects when the application is what is measured
pub async fn connect() -> Result<Pool, sqlx::Error> {
    Ok(match (env::var("APPLICATION_KEY"), env::var("DATABASE_URL")) {
        (Ok(_), Ok(url)) if url.starts_with("postgres") => Pool::Postgres(PgPool::connect(&url).await?),
        (Ok(_), Ok(url)) => Pool::Sqlite(SqlitePool::connect(&url).await?),
        _ => Pool::None,
    })
}

/// The `x` of the application's public key
static KEY: LazyLock<Option<DecodingKey>> =
    LazyLock::new(|| DecodingKey::from_ed_components(&env::var("APPLICATION_KEY").ok()?).ok());

static RULES: LazyLock<Validation> = LazyLock::new(|| {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.validate_aud = false;
    rules
});

#[derive(Deserialize)]
struct Claims {
    sub: String,
    sid: String,
}

#[derive(sqlx::FromRow)]
struct Login {
    user_id: String,
    expires_at: DateTime<Utc>,
}

#[derive(Serialize, sqlx::FromRow)]
pub struct User {
    id: String,
    email: String,
    username: String,
    full_name: Option<String>,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Who calls, and what they may do
pub struct Caller {
    user: User,
    permissions: Vec<String>,
}

const LOGIN: &str = "SELECT user_id, expires_at FROM logins WHERE id = $1";
const USER: &str = "SELECT id, email, username, full_name, is_active, created_at, updated_at FROM users WHERE id = $1";
const PERMISSIONS: &str = "SELECT DISTINCT role_permissions.permission FROM user_roles \
                           JOIN role_permissions ON role_permissions.role = user_roles.role WHERE user_id = $1";

/// One statement on the database that is measured
macro_rules! fetch {
    ($pool:expr, $query:expr, $fetch:ident) => {
        match $pool {
            Pool::Postgres(pool) => $query.$fetch(pool).await,
            Pool::Sqlite(pool) => $query.$fetch(pool).await,
            Pool::None => return Err(AuthError::Invalid),
        }
    };
}

impl FromRequestParts<Pool> for Caller {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, pool: &Pool) -> Result<Self, AuthError> {
        let value = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(AuthError::Invalid)?;
        let key = KEY.as_ref().ok_or(AuthError::Invalid)?;
        let claims = decode::<Claims>(token, key, &RULES).map_err(|_| AuthError::Invalid)?.claims;
        let login: Option<Login> =
            fetch!(pool, sqlx::query_as(LOGIN).bind(&claims.sid), fetch_optional).map_err(|_| AuthError::Database)?;
        let alive = login.is_some_and(|login| login.user_id == claims.sub && login.expires_at > Utc::now());
        if !alive {
            return Err(AuthError::Invalid);
        }
        let user: Option<User> =
            fetch!(pool, sqlx::query_as(USER).bind(&claims.sub), fetch_optional).map_err(|_| AuthError::Database)?;
        let user = user.filter(|user| user.is_active).ok_or(AuthError::Invalid)?;
        let permissions: Vec<String> = fetch!(pool, sqlx::query_scalar(PERMISSIONS).bind(&claims.sub), fetch_all)
            .map_err(|_| AuthError::Database)?;
        Ok(Self { user, permissions })
    }
}

pub async fn read_account(caller: Caller) -> Result<Json<User>, AuthError> {
    if caller.permissions.is_empty() { Err(AuthError::Forbidden) } else { Ok(Json(caller.user)) }
}
