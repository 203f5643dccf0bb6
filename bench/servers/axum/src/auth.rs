//! `GET /me`: a bearer token (HS256), a chain of extractors, a role.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::{Deserialize, Serialize};

static KEY: LazyLock<DecodingKey> =
    LazyLock::new(|| DecodingKey::from_secret(b"a secret of the benchmark, 32 bytes at least"));
static RULES: LazyLock<Validation> = LazyLock::new(|| Validation::new(Algorithm::HS256));

pub enum AuthError {
    Invalid,
    Forbidden,
    Database,
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid => (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")]).into_response(),
            Self::Forbidden => StatusCode::FORBIDDEN.into_response(),
            Self::Database => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[derive(Deserialize)]
pub struct Claims {
    sub: String,
    role: String,
}

impl<S: Sync> FromRequestParts<S> for Claims {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthError> {
        let value = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = value.and_then(|value| value.split_once(' ')).ok_or(AuthError::Invalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::Invalid);
        }
        decode(token.trim(), &KEY, &RULES).map(|token| token.claims).map_err(|_| AuthError::Invalid)
    }
}

pub struct CurrentUser {
    name: String,
    role: String,
}

impl<S: Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        let claims = Claims::from_request_parts(parts, state).await?;
        Ok(Self { name: claims.sub, role: claims.role })
    }
}

pub struct Admin(CurrentUser);

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        let user = CurrentUser::from_request_parts(parts, state).await?;
        if user.role == "admin" { Ok(Self(user)) } else { Err(AuthError::Forbidden) }
    }
}

#[derive(Serialize)]
pub struct Me {
    name: String,
    role: String,
}

pub async fn read_me(Admin(user): Admin) -> Json<Me> {
    Json(Me { name: user.name, role: user.role })
}
