//! Counting from inside a dependency, where it knows who calls.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use http::header::RETRY_AFTER;

use super::{LimitKey, RateLimit, ip};
use crate::app::AppShared;
use crate::error::{ApiError, Error, ErrorCase, Failure};
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;
use crate::response::ResponseParts;

/// Counts a request from inside a dependency, as its argument: when who is counted, or how often, is known only there
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::rate_limit::{LimitKey, Rate, RateLimit, RateLimitError, RateLimiter};
///
/// #[derive(Clone)]
/// struct Tenant(u64);
///
/// #[dependency(guard)]
/// async fn tenant(#[header] x_tenant: u64, rate: State<Rate>, limiter: RateLimiter) -> Result<Tenant, RateLimitError> {
///     limiter.count(&RateLimit::new(*rate).name("tenant"), LimitKey::of(x_tenant)).await?;
///     Ok(Tenant(x_tenant))
/// }
/// ```
///
/// Make each [`RateLimit`] at one place in the source: the place tells limits apart.
#[derive(Clone)]
pub struct RateLimiter {
    app: Arc<AppShared>,
    parts: ResponseParts,
    address: LimitKey,
}

impl RateLimiter {
    /// Counts the request under a key; the answer tells how it stands
    ///
    /// # Errors
    /// 429 `rate_limit_exceeded` with `Retry-After`; 503 `rate_limit_unavailable` for a limit that fails closed.
    pub async fn count(&self, limit: &RateLimit, key: LimitKey) -> Result<(), RateLimitError> {
        limit.count_in(&self.app, &self.parts, key).await.map_err(RateLimitError)
    }

    /// The key of the caller's address, as [`ip`] has it
    pub fn address(&self) -> LimitKey {
        self.address
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimiter")
    }
}

/// A request beyond a limit, or one that could not be counted
#[derive(Debug)]
pub struct RateLimitError(Error);

impl ApiError for RateLimitError {
    fn status(&self) -> StatusCode {
        self.0.status()
    }

    fn code(&self) -> Cow<'static, str> {
        match self.0.status() {
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_exceeded".into(),
            _ => "rate_limit_unavailable".into(),
        }
    }

    fn message(&self) -> String {
        self.0.detail().as_str().unwrap_or_default().to_owned()
    }

    fn headers(&self, headers: &mut http::HeaderMap) {
        headers.extend(self.0.headers().get(RETRY_AFTER).cloned().map(|wait| (RETRY_AFTER, wait)));
    }

    fn into_transparent(self) -> Result<Error, Self> {
        Ok(self.0)
    }

    fn describe(errors: &mut Vec<ErrorCase>) {
        errors.push(RateLimit::refusal_case());
    }
}

/// The kind of [`RateLimiter`]
#[derive(Debug)]
pub struct RateLimiterKind;

impl Reading for RateLimiterKind {}

impl Argument for RateLimiter {
    type Kind = RateLimiterKind;
}

impl<S: ArgumentSpec<Value = RateLimiter>> Kind<S> for RateLimiterKind {
    type Input = ();

    fn describe(_: &mut OperationDoc<'_>) {}

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<RateLimiter, Failure> {
        let address = ip(&cx.info());
        Ok(RateLimiter { app: Arc::clone(&cx.app), parts: cx.response_parts.get_or_insert_default().clone(), address })
    }
}
