//! A limit by what a dependency knows of the caller.

use std::fmt;
use std::marker::PhantomData;

use super::{Admitted, LimitKey, Rate, RateLimit};
use crate::dependency::{Dependency, DynProvider, Provider, describe_dependency, gather_dependency};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{Facts, Pending};
use crate::request::RequestContext;

/// A dependency that tells who is counted: a user, an account, a verified API key
///
/// See [`RateLimitPer`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell who is counted",
    label = "this is not `RateLimited`",
    note = "`impl RateLimited for {Self} {{ fn limit_key(&self) -> LimitKey {{ LimitKey::of(self.id) }} }}`"
)]
pub trait RateLimited: Dependency {
    /// Who is counted together
    fn limit_key(&self) -> LimitKey;
}

/// A [`RateLimit`] by what a dependency knows: `limit_per::<CurrentUser>("600/minute")`
///
/// The dependency is made first, once for all that take it, and its error is the answer (a 401 is not counted). Then the
/// request is counted, still before the body is read. So a limit that must also slow down those who guess credentials
/// is one by address, written before it.
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::rate_limit::{LimitKey, RateLimited};
///
/// #[derive(Clone)]
/// struct CurrentUser {
///     id: u64,
/// }
///
/// #[dependency]
/// async fn current_user(token: BearerToken) -> Result<CurrentUser> {
///     token.expose().parse().map(|id| CurrentUser { id }).map_err(|_| Error::new(401, "Unknown token"))
/// }
///
/// impl RateLimited for CurrentUser {
///     fn limit_key(&self) -> LimitKey {
///         LimitKey::of(self.id)
///     }
/// }
///
/// #[get("/search", limit_per::<CurrentUser>("600/minute"))]
/// async fn search() -> &'static str {
///     "found"
/// }
/// # App::new("Shop", "1.0.0").include(routes![search]).build().unwrap();
/// ```
///
/// # Errors
/// What the dependency answers; else those of a [`RateLimit`].
pub struct RateLimitPer<D> {
    limit: RateLimit,
    dependency: PhantomData<fn() -> D>,
}

/// [`RateLimitPer`], as attributes write it
#[allow(non_camel_case_types, reason = "it stands where a dependency's fn would")]
pub type limit_per<D> = RateLimitPer<D>;

impl<D> RateLimitPer<D> {
    /// A limit called `default`
    #[must_use]
    #[track_caller]
    pub const fn new(rate: Rate) -> Self {
        Self { limit: RateLimit::new(rate), dependency: PhantomData }
    }

    /// The same from a text that is checked when the program is compiled
    ///
    /// # Panics
    /// When the text is no rate, which in an attribute is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn with(rate: &str) -> Self {
        Self { limit: RateLimit::with(rate), dependency: PhantomData }
    }

    /// See [`RateLimit::name`]
    ///
    /// # Panics
    /// With other characters than ASCII letters, digits and `-_.`.
    #[must_use]
    pub const fn name(self, name: &'static str) -> Self {
        Self { limit: self.limit.name(name), dependency: PhantomData }
    }

    /// See [`RateLimit::fail_closed`]
    #[must_use]
    pub const fn fail_closed(self, closed: bool) -> Self {
        Self { limit: self.limit.fail_closed(closed), dependency: PhantomData }
    }
}

impl<D> fmt::Debug for RateLimitPer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RateLimitPer").field(&self.limit).finish()
    }
}

impl<D: RateLimited> From<RateLimitPer<D>> for DynProvider {
    fn from(limit: RateLimitPer<D>) -> Self {
        Box::new(limit)
    }
}

/// The dependency that is to be made, and the limit to be checked by it
struct Checking<D, I> {
    limit: RateLimit,
    pending: I,
    dependency: PhantomData<fn() -> D>,
}

impl<D: RateLimited, I: Pending<D>> Pending<Admitted> for Checking<D, I> {
    async fn resolve(self, cx: &mut RequestContext) -> Result<Admitted, Failure> {
        let key = self.pending.resolve(cx).await?.limit_key();
        self.limit.count(cx, key).await.map(|()| Admitted)
    }
}

impl<D: RateLimited> Provider for RateLimitPer<D> {
    type Value = Admitted;

    const FACTS: Facts = <D::Provider as Provider>::FACTS.guarding();
    const CACHED: bool = false;

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        describe_dependency::<D>(doc);
        self.limit.describe(doc);
    }

    fn keep(value: &Admitted) -> Admitted {
        *value
    }

    fn gather(&self, cx: &mut RequestContext) -> impl Pending<Admitted> + use<D> {
        Checking { limit: self.limit, pending: gather_dependency::<D>(cx), dependency: PhantomData }
    }
}
