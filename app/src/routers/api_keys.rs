//! API keys of one's own. A key never manages keys.

use std::time::Duration;

use fastrail::prelude::*;

use crate::dependencies::auth::Person;
use crate::dependencies::listing::PageRequest;
use crate::dependencies::services::{ApiKeyReader, ApiKeyWriter};
use crate::errors::{ApiKeyCreateProblem, ApiKeyProblem, DatabaseProblem};
use crate::schemas::PageOut;
use crate::schemas::api_keys::{ApiKeyCreate, ApiKeyOut, ApiKeyRotate, ApiKeySecretOut};
use crate::services::api_keys::{MadeApiKey, NewApiKey};

/// The operations below `/api-keys`
pub fn router() -> Router {
    Router::new("/api-keys").tags(["api-keys"]).include(routes![
        list_api_keys,
        create_api_key,
        delete_api_key,
        rotate_api_key
    ])
}

/// List one's API keys
///
/// The newest first; expired ones too.
#[get("")]
pub async fn list_api_keys(
    user: Person,
    page: PageRequest,
    keys: ApiKeyReader,
) -> Result<PageOut<ApiKeyOut>, DatabaseProblem> {
    Ok(keys.list(&user, page).await?.into())
}

/// Make an API key
///
/// Its text is in this answer and nowhere else. What you lose, the key loses too, at once.
#[post("", status = 201)]
pub async fn create_api_key(
    user: Person,
    body: ApiKeyCreate,
    keys: ApiKeyWriter,
) -> Result<(Location, ApiKeySecretOut), ApiKeyCreateProblem> {
    let ApiKeyCreate { name, scopes, expires_in_days } = body;
    let lifetime = expires_in_days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60));
    let made = secret_out(keys.create(&user, NewApiKey { name, scopes, lifetime }).await?);
    Ok((Location::of(made.api_key.location()), made))
}

/// Delete an API key
///
/// It is dead at once.
#[delete("/{api_key_id}", status = 204)]
pub async fn delete_api_key(user: Person, api_key_id: Uuid, keys: ApiKeyWriter) -> Result<(), ApiKeyProblem> {
    Ok(keys.revoke(&user, api_key_id.into()).await?)
}

/// Give an API key another text
///
/// Name, scopes and expiry stay. The old text is dead at once, or after the overlap.
#[post("/{api_key_id}/rotate")]
pub async fn rotate_api_key(
    user: Person,
    api_key_id: Uuid,
    body: ApiKeyRotate,
    keys: ApiKeyWriter,
) -> Result<ApiKeySecretOut, ApiKeyProblem> {
    let overlap = Duration::from_secs(body.overlap_seconds.into());
    Ok(secret_out(keys.rotate(&user, api_key_id.into(), overlap).await?))
}

fn secret_out(made: MadeApiKey) -> ApiKeySecretOut {
    ApiKeySecretOut { key: made.text.expose_secret().to_owned(), api_key: made.key.into() }
}
