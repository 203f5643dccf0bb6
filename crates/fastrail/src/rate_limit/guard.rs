//! A limit as a dependency: on an operation, a router, the app.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use http::HeaderValue;
use http::header::{HeaderName, RETRY_AFTER};

use super::counter::Verdict;
use super::counters::Unavailable;
use super::key::By;
use super::{LimitKey, Rate, ip};
use crate::app::AppShared;
use crate::dependency::{DynProvider, Provider};
use crate::error::{Error, ErrorCase, Failure};
use crate::openapi::OperationDoc;
use crate::params::{Facts, Pending};
use crate::request::{RequestContext, RequestInfo};
use crate::response::ResponseParts;

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Lets a caller pass so often: `limit("5/minute")`, `limit("5/minute", by = ip, name = "login", fail_closed = true)`
///
/// In an attribute or `depends![…]`; see [`rate_limit`](crate::rate_limit). A limit whose rate comes from the settings is
/// made by [`RateLimit::new`]:
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::rate_limit::{Rate, RateLimit};
///
/// let rate: Rate = "600/minute".parse().expect("a rate");
/// let app = App::new("Shop", "1.0.0").depends([RateLimit::new(rate).name("all").into()]);
/// ```
///
/// # Errors
/// 429 `rate_limit_exceeded`, with `Retry-After` in whole seconds; the detail names the limit. 503
/// `rate_limit_unavailable` for a limit that [fails closed](Self::fail_closed).
#[derive(Clone, Copy)]
pub struct RateLimit {
    pub(super) rate: Rate,
    pub(super) name: &'static str,
    by: By,
    pub(super) fail_closed: bool,
    /// Tells the limits of an app apart: a digest of the place where it is written, so that all instances of a program
    /// agree
    pub(super) number: u64,
}

/// [`RateLimit`], as attributes write it
#[allow(non_camel_case_types, reason = "it stands where a dependency's fn would")]
pub type limit = RateLimit;

impl RateLimit {
    /// A limit by address, called `default`
    #[must_use]
    #[track_caller]
    pub const fn new(rate: Rate) -> Self {
        let number = number_of(Location::caller());
        Self { rate, name: "default", by: By::Request(ip), fail_closed: false, number }
    }

    /// The same from a text that is checked when the program is compiled; `limit("5/minute")` calls it
    ///
    /// # Panics
    /// When the text is no rate, which in an attribute is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with(rate: &str) -> Self {
        match Rate::parse(rate) {
            Ok(rate) => Self::new(rate),
            Err(_) => panic!("a rate is a number, a slash and a time up to 30 days: `5/minute`, `100/10s`, `1000/h`"),
        }
    }

    /// Counts by another key than the address: [`ip`], or a fn of one's own
    ///
    /// For what a dependency knows of the caller (a user, a verified API key) there is [`RateLimitPer`](super::RateLimitPer).
    #[must_use]
    pub const fn by(mut self, key: fn(&RequestInfo<'_>) -> LimitKey) -> Self {
        self.by = By::Request(key);
        self
    }

    /// Counts by the value of a header, such as an API key: `limit("100/minute", by_header = "x-api-key")`; by address
    /// where it is absent
    ///
    /// A caller who makes values up is counted anew with each: refuse unknown ones first, or limit addresses besides.
    #[must_use]
    pub const fn by_header(mut self, name: &'static str) -> Self {
        self.by = By::Header(name);
        self
    }

    /// Calls it in headers and refusals, in place of `default`; a name of ASCII letters, digits and `-_.`
    ///
    /// # Panics
    /// With other characters.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        let bytes = name.as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            let is_plain = bytes[index].is_ascii_alphanumeric() || matches!(bytes[index], b'-' | b'_' | b'.');
            assert!(is_plain, "a limit's name has ASCII letters, digits and `-_.`");
            index += 1;
        }
        self.name = name;
        self
    }

    /// What happens while the [Redis](super::RateLimits::redis) that counts is away: with `true`, nobody passes and all
    /// are answered 503; by default each instance counts by itself
    #[must_use]
    pub const fn fail_closed(mut self, closed: bool) -> Self {
        self.fail_closed = closed;
        self
    }

    fn key(&self, request: &RequestInfo<'_>) -> LimitKey {
        self.by.key(request)
    }

    /// Counts the request under a key, and tells the answer how it stands
    pub(super) async fn count(&self, cx: &mut RequestContext, key: LimitKey) -> Result<(), Failure> {
        let app = Arc::clone(&cx.app);
        if app.rate_limits.is_none() {
            return Ok(());
        }
        self.count_in(&app, cx.response_parts.get_or_insert_default(), key).await.map_err(Failure::Error)
    }

    /// The same, with the answer's headers
    pub(super) async fn count_in(&self, app: &AppShared, parts: &ResponseParts, key: LimitKey) -> Result<(), Error> {
        let Some(counters) = &app.rate_limits else { return Ok(()) };
        let verdict = match counters.take_here(self, &key) {
            Some(verdict) => verdict,
            None => Box::pin(counters.take_there(self, &key)).await.map_err(|Unavailable| self.unavailable())?,
        };
        if let Some(metrics) = &app.metrics {
            metrics.limited(self.name, verdict.allowed);
        }
        let policy = format!("\"{}\";q={};w={}", self.name, self.rate.limit(), self.rate.window().as_secs());
        let state = format!("\"{}\";r={};t={}", self.name, verdict.remaining, verdict.reset_seconds());
        for (name, value) in [(&RATE_LIMIT_POLICY, policy), (&RATE_LIMIT, state)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                parts.append_header_always(name.clone(), value);
            }
        }
        if verdict.allowed { Ok(()) } else { Err(self.refusal(verdict)) }
    }

    fn refusal(&self, verdict: Verdict) -> Error {
        let wait = verdict.reset_seconds();
        let detail = format!("The limit `{}` lets you pass again in {wait} s", self.name);
        Error::new(429, detail).with_code("rate_limit_exceeded").with_header(RETRY_AFTER, HeaderValue::from(wait))
    }

    fn unavailable(&self) -> Error {
        let detail = format!("The limit `{}` cannot be counted now; try again later", self.name);
        let error = Error::new(503, detail).with_code("rate_limit_unavailable");
        error.with_header(RETRY_AFTER, HeaderValue::from_static("5"))
    }

    /// How the document tells that it may refuse
    pub(super) fn refusal_case() -> ErrorCase {
        ErrorCase {
            status: http::StatusCode::TOO_MANY_REQUESTS,
            code: "rate_limit_exceeded".into(),
            message: "The limit `default` lets you pass again in 30 s".into(),
            headers: &["Retry-After", "RateLimit", "RateLimit-Policy"],
            format: None,
        }
    }

    pub(super) fn describe(&self, doc: &mut OperationDoc<'_>) {
        doc.error(Self::refusal_case());
        if self.fail_closed {
            doc.error(ErrorCase {
                status: http::StatusCode::SERVICE_UNAVAILABLE,
                code: "rate_limit_unavailable".into(),
                message: "The limit `default` cannot be counted now; try again later".into(),
                headers: &["Retry-After"],
                format: None,
            });
        }
    }
}

/// FNV-1a of a place in the source, which nobody outside can choose
const fn number_of(place: &Location<'_>) -> u64 {
    const fn mix(mut number: u64, bytes: &[u8]) -> u64 {
        let mut index = 0;
        while index < bytes.len() {
            number = (number ^ bytes[index] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            index += 1;
        }
        number
    }
    let number = mix(0xcbf2_9ce4_8422_2325, place.file().as_bytes());
    mix(mix(number, &place.line().to_le_bytes()), &place.column().to_le_bytes())
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").field("name", &self.name).field("rate", &self.rate).finish_non_exhaustive()
    }
}

impl From<RateLimit> for DynProvider {
    fn from(limit: RateLimit) -> Self {
        Box::new(limit)
    }
}

/// What a [`RateLimit`] makes of a request that it lets pass
#[derive(Clone, Copy, Debug)]
pub struct Admitted;

/// What has to be checked
struct Checking(RateLimit);

impl Pending<Admitted> for Checking {
    async fn resolve(self, cx: &mut RequestContext) -> Result<Admitted, Failure> {
        let key = self.0.key(&cx.info());
        self.0.count(cx, key).await.map(|()| Admitted)
    }
}

impl Provider for RateLimit {
    type Value = Admitted;

    // It guards: before the body is read, and before other inputs count.
    const FACTS: Facts = Facts { security: true, body: false, ends_before_response: false };
    // Two limits are two, though of one type.
    const CACHED: bool = false;

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        Self::describe(self, doc);
    }

    fn keep(value: &Admitted) -> Admitted {
        *value
    }

    fn gather(&self, _: &mut RequestContext) -> impl Pending<Admitted> + use<> {
        Checking(*self)
    }
}
