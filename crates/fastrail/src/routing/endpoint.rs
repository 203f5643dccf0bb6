//! One route after the app is built: its full path, what runs before it, and what the build found out.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::HeaderName;

use super::operation::Call;
use super::{Below, OperationMeta, RouteLimits};
use crate::dependency::{BoxedPending, DynProvider};
use crate::error::{ErrorAnswers, Failure};
use crate::middleware::Stack;
use crate::observability::metrics::RouteMetrics;
use crate::openapi::Unknown;
use crate::params::file::FormSpec;
use crate::params::{DynValidator, ValidatorState};
use crate::request::RequestContext;

/// A route that is ready to answer
pub(crate) struct Endpoint {
    /// The whole template, prefixes included
    pub(crate) path: String,
    /// The names of its placeholders, in order
    pub(crate) parameters: Vec<String>,
    pub(crate) meta: &'static OperationMeta,
    pub(crate) call: Call,
    /// The dependencies of the app and of the routers around it, outermost first
    pub(crate) outer: Vec<Arc<DynProvider>>,
    /// The dependencies that the operation asks for more than once
    pub(crate) shared: Vec<TypeId>,
    /// Whether an override replaces something that it takes
    pub(crate) overridden: bool,
    /// Whether serde alone would let pass what the schema refuses
    pub(crate) always_diagnose: bool,
    /// Its limits, or those of the routers around it
    pub(crate) limits: RouteLimits,
    /// How its failures are answered
    pub(crate) errors: Arc<ErrorAnswers>,
    /// The parameters outside of groups, where a group refuses what it does not know
    pub(crate) singles: Vec<(&'static str, String)>,
    /// The scopes that it and what it depends on demand
    pub(crate) scopes: Arc<[String]>,
    /// The middlewares of the routers around it
    pub(crate) stack: Option<Stack>,
    /// Where its requests are counted
    pub(crate) metrics: Option<Arc<RouteMetrics>>,
    /// The fields of its form, if it takes one
    pub(crate) form: Option<FormSpec>,
    /// The fields of the JSON body, where several arguments share it; empty where one reads all of it
    pub(crate) merged: Vec<String>,
    /// The async validators of what it takes
    pub(crate) validators: Vec<DynValidator>,
    /// The headers that a kept answer hangs on
    pub(crate) vary: Vec<HeaderName>,
    /// What is mounted, where this is no fn
    pub(crate) below: Option<Below>,
    /// What it can answer beyond the document
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "the test client asks"))]
    pub(crate) unknown: Unknown,
}

impl Endpoint {
    pub(crate) fn is_shared(&self, provider: TypeId) -> bool {
        self.shared.contains(&provider)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.meta.method, self.path, self.meta.name)
    }
}

/// The dependencies around an operation, on their way through the phases of a request; the macro drives it
#[derive(Default)]
#[allow(missing_debug_implementations, reason = "it lives between two steps of generated code")]
pub struct Outer {
    pending: Vec<Option<BoxedPending>>,
}

impl Outer {
    /// Whether there is anything to do for them; the steps are boxed, so that an operation without any does not hold them
    pub fn concern(cx: &RequestContext) -> bool {
        !cx.endpoint.outer.is_empty() || !cx.endpoint.validators.is_empty()
    }

    /// Settles those that are about security
    ///
    /// # Errors
    /// What they answer: usually 401 or 403.
    pub fn secure<'a>(&'a mut self, cx: &'a mut RequestContext) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            ValidatorState::secure(cx).await?;
            let endpoint = Arc::clone(&cx.endpoint);
            for provider in &endpoint.outer {
                self.pending.push(None);
                if !provider.is_security() {
                    continue;
                }
                if provider.reads_body() {
                    cx.buffer_body().await?;
                }
                let wrong_before = cx.error_count();
                let pending = provider.gather(cx);
                cx.admitted()?;
                if cx.error_count() == wrong_before {
                    match pending.resolve(cx).await {
                        Ok(()) | Err(Failure::Invalid) => {} // the 422 will tell
                        Err(failure) => return Err(failure),
                    }
                }
            }
            Ok(())
        })
    }

    /// Whether one of them reads the body
    pub fn reads_body(&self, cx: &RequestContext) -> bool {
        cx.endpoint.outer.iter().any(|provider| provider.reads_body())
    }

    /// Reads what the others take
    pub fn gather(&mut self, cx: &mut RequestContext) {
        ValidatorState::gather(cx);
        let endpoint = Arc::clone(&cx.endpoint);
        for (provider, pending) in endpoint.outer.iter().zip(&mut self.pending) {
            if !provider.is_security() {
                *pending = Some(provider.gather(cx));
            }
        }
    }

    /// Runs the others
    ///
    /// # Errors
    /// What they answer.
    pub fn resolve(self, cx: &mut RequestContext) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            for pending in self.pending.into_iter().flatten() {
                pending.resolve(cx).await?;
            }
            Ok(())
        })
    }
}
