//! What is known of the request that this thread is at: noted while its future is polled, and taken off again.
//!
//! A thread-local, as `tracing` itself has one for the present span: so notes reach the request from anywhere below it, and
//! nothing has to be handed through. Code that the app spawns by itself is outside, unless it is carried on.

use std::cell::RefCell;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::HeaderMap;
#[cfg(feature = "redis")]
use http::HeaderValue;
use pin_project_lite::pin_project;
use tracing::Span;

use super::trace_context::TraceContext;
use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::{RequestContext, RequestId, X_REQUEST_ID};
use crate::routing::Endpoint;

/// What is noted of a request while it runs
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) origin: Origin,
    pub(super) route: Option<Arc<Endpoint>>,
    pub(super) principal: Option<Box<str>>,
}

impl Notes {
    pub(super) fn of(origin: Origin) -> Self {
        Self { origin, route: None, principal: None }
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Notes>> = const { RefCell::new(None) };
}

/// Puts other notes in place of the present ones
fn replace(notes: Option<Notes>) -> Option<Notes> {
    CURRENT.try_with(|current| current.replace(notes)).unwrap_or_default()
}

fn with_current<T>(look: impl FnOnce(&mut Notes) -> T) -> Option<T> {
    CURRENT.try_with(|current| current.borrow_mut().as_mut().map(look)).unwrap_or_default()
}

/// Looks at the ids of the request that this thread is at, and of its trace
#[cfg(feature = "logging")]
pub(super) fn with_ids(look: impl FnOnce(&str, Option<&str>)) {
    let _ = CURRENT.try_with(|current| {
        // A value that logs while it is noted belongs to the request as well, but need not say so.
        if let Ok(current) = current.try_borrow()
            && let Some(notes) = &*current
        {
            look(notes.origin.id.as_str(), notes.origin.trace_id());
        }
    });
}

/// Runs something inside a span, with the notes at hand for whatever it calls
pub(super) fn within<T>(span: &Span, notes: &mut Option<Notes>, run: impl FnOnce() -> T) -> T {
    struct Inside<'a> {
        notes: &'a mut Option<Notes>,
        outer: Option<Notes>,
    }
    impl Drop for Inside<'_> {
        fn drop(&mut self) {
            *self.notes = replace(self.outer.take());
        }
    }
    let outer = replace(notes.take());
    let _inside = Inside { notes, outer };
    span.in_scope(run)
}

/// Notes which route answers; where one is mounted inside another, the innermost
pub(crate) fn note_route(endpoint: &Arc<Endpoint>) {
    with_current(|notes| notes.route = Some(Arc::clone(endpoint)));
}

/// The request that some work comes from, when it goes on behind it; cloning it is cheap
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) id: RequestId,
    pub(super) trace: TraceContext,
}

impl Origin {
    /// The request of a context, in the trace that this thread is at
    pub(crate) fn of(cx: &RequestContext) -> Self {
        // While nothing is observed, there is still the caller's word to pass on.
        let trace = TraceContext::current().unwrap_or_else(|| TraceContext::of(&cx.parts.headers));
        Self { id: cx.id.clone(), trace }
    }

    /// The request as another process has told it; an id that is none is made anew
    #[cfg(feature = "redis")]
    pub(crate) fn sent(id: Option<Vec<u8>>, traceparent: Option<Vec<u8>>) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in [(&X_REQUEST_ID, id), (&super::trace_context::TRACEPARENT, traceparent)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        Self { id: RequestId::of(&headers), trace: TraceContext::of(&headers) }
    }

    /// The request that this thread is at
    pub(crate) fn current() -> Option<Self> {
        let id = with_current(|notes| notes.origin.id.clone())?;
        Some(Self { id, trace: TraceContext::current().unwrap_or_default() })
    }

    /// Carries work of the present request on under its own span
    pub(crate) fn carry_on<F: Future>(work: F) -> Carried<F> {
        Carried { span: Span::current(), notes: Self::current().map(Notes::of), work }
    }

    /// Carries work on under a span that was made for it
    pub(crate) fn carry<F: Future>(self, span: Span, work: F) -> Carried<F> {
        #[cfg(feature = "otlp")]
        super::otlp::set_parent(&span, &self.trace);
        Carried { span, notes: Some(Notes::of(self)), work }
    }

    /// The trace in the words of its header
    #[cfg(feature = "redis")]
    pub(crate) fn traceparent(&self) -> Option<&str> {
        self.trace.text()
    }

    pub(crate) fn trace_id(&self) -> Option<&str> {
        self.trace.trace_id()
    }
}

impl TraceContext {
    /// The trace that this thread is at: that of the present span where it is traced, else the request's
    fn current() -> Option<Self> {
        #[cfg(feature = "otlp")]
        if let Some(context) = super::otlp::context_of(&Span::current()) {
            return Some(context);
        }
        with_current(|notes| notes.origin.trace.clone())
    }
}

pin_project! {
    /// Work that goes on behind its request
    pub(crate) struct Carried<F> {
        span: Span,
        notes: Option<Notes>,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Carried<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        within(this.span, this.notes, || this.work.poll(cx))
    }
}

/// Notes who calls, for the access log and the trace; an argument of operations and dependencies
///
/// Whoever finds the caller out notes an id, so that lines can be counted by it: never a name or an address of a person,
/// and never a credential.
///
/// ```
/// use fastrail::observability::Principal;
/// use fastrail::prelude::*;
///
/// #[derive(Clone)]
/// struct User { id: i64 }
///
/// #[dependency]
/// async fn current_user(token: BearerToken, principal: Principal) -> Result<User> {
///     let user = User { id: 7 };
///     principal.note(user.id);
///     Ok(user)
/// }
///
/// #[get("/me")]
/// async fn read_me(user: User) -> i64 {
///     user.id
/// }
/// # let app = App::new("Shop", "1.0.0").include(routes![read_me]);
/// # app.build().unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Principal(());

impl Principal {
    /// Notes the caller's id; the last one counts. While nobody listens, it is not even written out
    ///
    /// At most 128 characters of it are kept.
    pub fn note(self, id: impl Display) {
        if with_current(|_| ()).is_some() {
            let id = id.to_string().chars().take(128).collect();
            with_current(|notes| notes.principal = Some(id));
        }
    }
}

impl RequestPart for Principal {
    fn of(_: &RequestContext) -> Self {
        Self(())
    }
}

impl Argument for Principal {
    type Kind = RequestPartKind;
}

/// Carries work that the app spawns by itself on under the ids of the present request
///
/// Background tasks and listeners of events are carried on without it. Outside of a request it changes nothing.
///
/// ```
/// # use fastrail::prelude::*;
/// use fastrail::observability::carry_on;
///
/// # async fn warm_up() {}
/// #[post("/warm-up", status = 202)]
/// async fn start_warm_up() {
///     tokio::spawn(carry_on(warm_up()));
/// }
/// ```
pub fn carry_on<F: Future>(work: F) -> impl Future<Output = F::Output> {
    Origin::carry_on(work)
}

/// The headers that carry the ids of the present request on to what the app calls: `x-request-id`, `traceparent` and
/// `tracestate`
///
/// Empty outside of a request, its background work and its listeners, and while nothing is observed.
///
/// ```
/// # use fastrail::prelude::*;
/// # fn send(_: &str, _: HeaderMap) {}
/// #[get("/price")]
/// async fn read_price() -> StatusCode {
///     send("https://prices.example/fork", fastrail::observability::outgoing_headers());
///     StatusCode::OK
/// }
/// ```
#[must_use]
pub fn outgoing_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(origin) = Origin::current() {
        headers.insert(&X_REQUEST_ID, origin.id.header_value());
        origin.trace.apply(&mut headers);
    }
    headers
}
