//! A limit as a dependency: on an operation, a router, the app.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use http::HeaderValue;
use http::header::{HeaderName, RETRY_AFTER};

use super::counter::Verdict;
use super::{LimitKey, Rate, ip};
use crate::dependency::{DynProvider, Provider};
use crate::error::{Error, ErrorCase, Failure};
use crate::openapi::OperationDoc;
use crate::params::{Facts, Pending};
use crate::request::{RequestContext, RequestInfo};

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Lets a caller pass so often: `limit("5/minute")`, `limit("5/minute", by = ip, name = "login")`
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
/// 429 `rate_limit_exceeded`, with `Retry-After` in whole seconds; the detail names the limit.
#[derive(Clone, Copy)]
pub struct RateLimit {
    rate: Rate,
    name: &'static str,
    key: fn(&RequestInfo<'_>) -> LimitKey,
    /// Tells the limits of an app apart; the place where it is written, so that all instances of a program agree
    place: &'static Location<'static>,
}

/// [`RateLimit`], as attributes write it
#[allow(non_camel_case_types, reason = "it stands where a dependency's fn would")]
pub type limit = RateLimit;

impl RateLimit {
    /// A limit by address, called `default`
    #[must_use]
    #[track_caller]
    pub const fn new(rate: Rate) -> Self {
        Self { rate, name: "default", key: ip, place: Location::caller() }
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

    /// Counts by another key than the address
    #[must_use]
    pub const fn by(mut self, key: fn(&RequestInfo<'_>) -> LimitKey) -> Self {
        self.key = key;
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

    fn check(&self, cx: &mut RequestContext) -> Result<(), Failure> {
        let Some(memory) = &cx.app.rate_limits else { return Ok(()) };
        let key = (self.key)(&cx.info()).under((self.name, self.place.file(), self.place.line(), self.place.column()));
        let verdict = memory.take(key, &self.rate);
        let policy = format!("\"{}\";q={};w={}", self.name, self.rate.limit(), self.rate.window().as_secs());
        let state = format!("\"{}\";r={};t={}", self.name, verdict.remaining, seconds(verdict.reset));
        let headers = [(&RATE_LIMIT_POLICY, policy), (&RATE_LIMIT, state)];
        let headers = headers.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?)));
        if verdict.allowed {
            let parts = cx.response_parts.get_or_insert_default();
            headers.for_each(|(name, value)| parts.append_header(name.clone(), value));
            return Ok(());
        }
        let error = headers.fold(self.refusal(verdict), |error, (name, value)| error.with_header(name.clone(), value));
        Err(Failure::Error(error))
    }

    fn refusal(&self, verdict: Verdict) -> Error {
        let wait = seconds(verdict.reset);
        let detail = format!("The limit `{}` lets you pass again in {wait} s", self.name);
        Error::new(429, detail).with_code("rate_limit_exceeded").with_header(RETRY_AFTER, HeaderValue::from(wait))
    }
}

/// Rounded up, so that whoever waits as told passes
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
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
        self.0.check(cx).map(|()| Admitted)
    }
}

impl Provider for RateLimit {
    type Value = Admitted;

    // It guards: before the body is read, and before other inputs count.
    const FACTS: Facts = Facts { security: true, body: false, ends_before_response: false };
    // Two limits are two, though of one type.
    const CACHED: bool = false;

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        doc.error(ErrorCase {
            status: http::StatusCode::TOO_MANY_REQUESTS,
            code: "rate_limit_exceeded".into(),
            message: "The limit `default` lets you pass again in 30 s".into(),
            headers: &["Retry-After", "RateLimit", "RateLimit-Policy"],
            format: None,
        });
    }

    fn keep(value: &Admitted) -> Admitted {
        *value
    }

    fn gather(&self, _: &mut RequestContext) -> impl Pending<Admitted> + use<> {
        Checking(*self)
    }
}
