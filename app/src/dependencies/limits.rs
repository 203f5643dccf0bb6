//! How often who may call.

use std::sync::Arc;

use fastrail::observability::Principal;
use fastrail::prelude::*;
use fastrail::rate_limit::{LimitKey, RateLimit, RateLimitError, RateLimiter};

use crate::config::Settings;
use crate::errors::AuthProblem;
use crate::services::principal::{Credential, CurrentUser};

/// A call of whoever shows a credential, until it is known whether that is good
#[derive(Clone, Debug)]
pub struct Call {
    limiter: RateLimiter,
    limit: RateLimit,
    principal: Principal,
}

/// A call of whoever shows a credential
#[dependency]
pub async fn call(limiter: RateLimiter, settings: State<Arc<Settings>>, principal: Principal) -> Call {
    Call { limiter, limit: every_call(&settings), principal }
}

impl Call {
    /// Tells the log who calls, and counts it for the user or the API key; for the address, when nobody is known by it.
    ///
    /// # Errors
    /// Why nobody is known; 429 beyond `RATE_LIMIT__DEFAULT`.
    pub async fn made_by(&self, caller: Result<CurrentUser, AuthProblem>) -> Result<CurrentUser, AuthProblem> {
        let key = match &caller {
            Err(_) => self.limiter.address(),
            Ok(user) => {
                self.principal.note(user.id);
                match user.credential {
                    Credential::ApiKey(key) => LimitKey::of(("key", key)),
                    Credential::Login(_) | Credential::External => LimitKey::of(("user", user.id)),
                }
            }
        };
        self.limiter.count(&self.limit, key).await?;
        caller
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
