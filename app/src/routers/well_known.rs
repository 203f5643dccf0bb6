//! What standards look for at fixed places (RFC 8615).

use fastrail::prelude::*;
use fastrail::security::jwt::Jwk;
use http::header::{CACHE_CONTROL, HeaderName};

use crate::constants::tokens::JWKS_MAX_AGE;
use crate::dependencies::limits::visit;
use crate::schemas::jwks::{JwkOut, JwksOut};
use crate::services::tokens::TokenService;

/// The operations below `/.well-known`
pub fn router() -> Router {
    Router::new("/.well-known").tags(["auth"]).depends(depends![visit]).include(routes![read_jwks])
}

/// The keys that check our access tokens
///
/// A JSON Web Key Set (RFC 7517). Keep it five minutes, and ask again when a token names a key that you do not know: a
/// new key is here six minutes before it signs.
#[get("/jwks.json")]
pub async fn read_jwks(tokens: State<TokenService>) -> ([(HeaderName, String); 1], JwksOut) {
    let max_age = format!("public, max-age={}", JWKS_MAX_AGE.as_secs());
    ([(CACHE_CONTROL, max_age)], JwksOut { keys: tokens.jwks().await.into_iter().map(jwk_out).collect() })
}

fn jwk_out(jwk: Jwk) -> JwkOut {
    let Jwk { kty, kid, alg, key_use, crv, x, y, n, e } = jwk;
    let [kid, alg, key_use] = [kid, alg, key_use].map(Option::unwrap_or_default);
    JwkOut { kty, kid, alg, key_use, crv, x, y, n, e }
}
