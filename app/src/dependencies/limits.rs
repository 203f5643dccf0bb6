//! How often who may call.

use std::sync::Arc;

use fastrail::prelude::*;
use fastrail::rate_limit::{LimitKey, RateLimit, RateLimitError, RateLimiter};

use crate::config::Settings;
use crate::services::principal::{Credential, CurrentUser};

/// A call of whoever shows a credential, to be counted once it is known whether that is good
#[derive(Clone, Debug)]
pub struct Call {
    limiter: RateLimiter,
    limit: RateLimit,
}

/// A call of whoever shows a credential
#[dependency]
pub async fn call(limiter: RateLimiter, settings: State<Arc<Settings>>) -> Call {
    Call { limiter, limit: every_call(&settings) }
}

impl Call {
    /// Counts it for the user, or for the API key; for the address, when nobody is known by it.
    ///
    /// # Errors
    /// 429 beyond `RATE_LIMIT__DEFAULT`.
    pub async fn count(&self, caller: Option<&CurrentUser>) -> Result<(), RateLimitError> {
        let key = match caller.map(|user| (user.id, user.credential)) {
            None => self.limiter.address(),
            Some((_, Credential::ApiKey(key))) => LimitKey::of(("key", key)),
            Some((user, Credential::Login(_) | Credential::External)) => LimitKey::of(("user", user)),
        };
        self.limiter.count(&self.limit, key).await
    }
}

/// A call of anybody, counted for the address
#[derive(Clone, Copy, Debug)]
pub struct Visit;

/// A call of anybody: `RATE_LIMIT__DEFAULT` for the address
#[dependency(guard)]
pub async fn visit(limiter: RateLimiter, settings: State<Arc<Settings>>) -> Result<Visit, RateLimitError> {
    limiter.count(&every_call(&settings), limiter.address()).await?;
    Ok(Visit)
}

/// An attempt to get an account or into one, counted for the address
#[derive(Clone, Copy, Debug)]
pub struct Entrance;

/// An attempt to get an account or into one: `RATE_LIMIT__AUTH` for the address
#[dependency(guard)]
pub async fn entrance(limiter: RateLimiter, settings: State<Arc<Settings>>) -> Result<Entrance, RateLimitError> {
    let limit = RateLimit::new(settings.rate_limit.auth).name("auth");
    limiter.count(&limit, limiter.address()).await?;
    Ok(Entrance)
}

/// The limit of all operations together: one place, so that all count in one.
fn every_call(settings: &Settings) -> RateLimit {
    RateLimit::new(settings.rate_limit.default)
}
