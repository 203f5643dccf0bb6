//! An async fn as a router's middleware, with dependencies: `async fn name(request, next, user: CurrentUser)`.
//!
//! They are made in the operation's own context, so each is made once a request, whoever takes it, and is documented
//! at every operation that the middleware stands around. The context waits in the request's extensions for the
//! operation. Where the middleware answers by itself, the teardowns run here.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::StatusCode;
use http::request::Parts;

use super::from_fn::{Begun, Routed};
use super::{Middleware, MiddlewareOutput, Next, Pipeline, Stack};
use crate::Request;
use crate::dependency::{Dependency, DependencyKind, State, StateKind};
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Facts, Meta, Opt, Pending as _, Secured as _, Source, of};
use crate::request::{BodyState, RequestContext};
use crate::routing::conclude;
use crate::security::{CredentialKind, SecurityScheme};

/// A type that a middleware may take beside the request and what comes next: a dependency, the app's [`State`], or a
/// credential
#[diagnostic::on_unimplemented(
    message = "a middleware cannot take `{Self}`",
    label = "neither a dependency nor `State<…>` nor a credential",
    note = "parameters and bodies belong to operations and dependencies: write a `#[dependency]` fn that takes them"
)]
pub trait Needed: Argument {
    /// How it is taken
    type Spec: ArgumentSpec<Value = Self>;
}

#[diagnostic::do_not_recommend]
impl<T> Needed for T
where
    T: Argument,
    T::Kind: NeededKind<T>,
{
    type Spec = <T::Kind as NeededKind<T>>::Spec;
}

/// The kinds of such types
pub trait NeededKind<T> {
    /// How one of them is taken
    type Spec: ArgumentSpec<Value = T>;
}

/// The argument of a middleware, by its type
#[derive(Debug)]
pub struct ByType<T, K>(PhantomData<fn() -> (T, K)>);

macro_rules! needed {
    ($([$($bounds:tt)+] $value:ty, $kind:ty;)+) => { $(
        impl<$($bounds)+> NeededKind<$value> for $kind {
            type Spec = ByType<$value, $kind>;
        }

        impl<$($bounds)+> ArgumentSpec for ByType<$value, $kind> {
            type Value = $value;
            type Kind = $kind;
            const SOURCE: Source = Source::Auto;

            fn meta() -> &'static Meta {
                &NAMELESS
            }
        }
    )+ };
}

needed! {
    [T: Dependency] T, DependencyKind;
    [T: Clone + Send + Sync + 'static] State<T>, StateKind;
    [T: SecurityScheme] T, CredentialKind;
    [T: SecurityScheme] Option<T>, Opt<CredentialKind>;
}

/// None of these kinds asks for it
static NAMELESS: Meta = Meta {
    name: "",
    header: None,
    title: None,
    description: None,
    deprecated: false,
    hidden: false,
    example: None,
    examples: None,
    openapi_examples: None,
};

/// Marks the [`Middleware`]s that are async fns with dependencies
pub struct WithDependencies<A, Fut>(PhantomData<fn() -> (A, Fut)>);

impl<A, Fut> fmt::Debug for WithDependencies<A, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WithDependencies")
    }
}

/// All that one middleware takes
pub trait NeededAll: Sized + Send + 'static {
    /// What is true of any of them
    const FACTS: Facts;

    /// Documents them
    fn describe(doc: &mut OperationDoc<'_>);

    /// Makes them, in the order of an operation's
    fn make(cx: &mut RequestContext) -> impl Future<Output = Result<Self, Failure>> + Send;
}

macro_rules! with_dependencies {
    ($(($($T:ident $value:ident),+))*) => { $(
        impl<$($T: Needed),+> NeededAll for ($($T,)+) {
            const FACTS: Facts = Facts::any(&[$(of::facts::<$T::Spec>()),+]);

            fn describe(doc: &mut OperationDoc<'_>) {
                $(of::describe::<$T::Spec>(doc);)+
            }

            async fn make(cx: &mut RequestContext) -> Result<Self, Failure> {
                $(let $value = of::secure::<$T::Spec>(cx).await?;)+
                $(let $value = $value.gather(cx);)+
                cx.verdict()?;
                $(let $value = $value.resolve(cx).await?;)+
                Ok(($($value,)+))
            }
        }

        impl<F, Fut, $($T: Needed),+> Middleware<WithDependencies<($($T,)+), Fut>> for F
        where
            F: Fn(Request, Next, $($T),+) -> Fut + Send + Sync + 'static,
            Fut: Future + Send + 'static,
            Fut::Output: MiddlewareOutput,
        {
            fn install(self, pipeline: &mut Pipeline) {
                let call = move |request, next, ($($value,)+): ($($T,)+)| self(request, next, $($value),+);
                install::<($($T,)+), _, _>(pipeline, type_name::<F>(), call);
            }
        }
    )* };
}

with_dependencies! {
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
}

fn install<T, F, Fut>(pipeline: &mut Pipeline, name: &str, function: F)
where
    T: NeededAll,
    F: Fn(Request, Next, T) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: MiddlewareOutput,
{
    if T::FACTS.body {
        pipeline.refuse(format!(
            "the middleware `{name}` takes a dependency that reads the body, which belongs to the operation"
        ));
    }
    pipeline.needs(T::describe);
    let function = Arc::new(function);
    pipeline.wrap_with(move |inner| {
        let function = Arc::clone(&function);
        Stack::of(move |request| Box::pin(around(request, inner.clone(), Arc::clone(&function))))
    });
}

/// One request through such a middleware
async fn around<T, F, Fut>(request: Request, inner: Stack, function: Arc<F>) -> Response
where
    T: NeededAll,
    F: Fn(Request, Next, T) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: MiddlewareOutput,
{
    let (mut parts, body) = request.into_parts();
    let Some(mut routed) = parts.extensions.remove::<Routed>() else {
        // A layer has made a request of its own, without what came with the first one.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut cx = context(&mut routed, &parts);
    let made = AssertUnwindSafe(T::make(&mut cx)).catch_unwind().await;
    let values = match made {
        Ok(Ok(values)) => values,
        Ok(Err(failure)) => return conclude(&mut cx, Ok(Err(failure))).await,
        Err(panic) => return conclude(&mut cx, Err(panic)).await,
    };
    let endpoint = Arc::clone(&cx.endpoint);
    let asked = Fut::Output::CAN_FAIL.then(|| cx.info().to_owned());
    let begun = Begun::of(cx);
    routed.begun = Some(begun.clone());
    parts.extensions.insert(routed);
    let request = Request::from_parts(parts, body);
    let next = Next::new(inner, &request);
    let ended = AssertUnwindSafe(function(request, next, values)).catch_unwind().await;
    let result = match ended {
        Ok(output) => Ok(output.into_result()),
        Err(panic) => Err(panic),
    };
    match (begun.take(), result) {
        // It has answered by itself.
        (Some(mut cx), result) => conclude(&mut cx, result.map(|answer| answer.map_err(Failure::Error))).await,
        (None, Ok(Ok(response))) => response,
        (None, Ok(Err(error))) => match asked {
            Some(info) => endpoint.errors.answer(error, info.as_ref()).await,
            None => error.status().into_response(),
        },
        (None, Err(panic)) => std::panic::resume_unwind(panic),
    }
}

/// The context that a middleware further out has begun, or a new one; the body stays where it is
fn context(routed: &mut Routed, parts: &Parts) -> Box<RequestContext> {
    if let Some(mut cx) = routed.begun.take().and_then(|begun| begun.take()) {
        cx.parts = parts.clone();
        return cx;
    }
    let (app, endpoint) = (Arc::clone(&routed.app), Arc::clone(&routed.endpoint));
    let (id, peer) = (routed.id.clone(), routed.peer.clone());
    Box::new(RequestContext::new(parts.clone(), BodyState::Taken, app, endpoint, routed.values, id, peer))
}
