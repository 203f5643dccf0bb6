//! How dependencies end: before the answer is sent, or after.

use std::future::Future;

use futures_util::future::BoxFuture;

use super::Outcome;
use crate::error::Error;
use crate::openapi::OperationDoc;
use crate::request::RequestContext;
use crate::response::ReplyError;

/// What runs after the operation, with the outcome before its eyes
pub(crate) type Teardown = Box<dyn FnOnce(Outcome) -> BoxFuture<'static, Result<(), Error>> + Send>;

/// What a teardown fn returns: a future of `Result<(), E>`, or of nothing where it cannot fail
#[diagnostic::on_unimplemented(
    message = "this fn cannot end a dependency",
    label = "not an `async fn` that returns nothing or `Result<(), E>`",
    note = "write `async fn finish(value: Session, outcome: Outcome) -> Result<(), E>`, where `E` derives `ApiError`"
)]
pub trait Ending: Send + 'static {
    /// Documents what it can answer in place of a success
    fn describe_errors(doc: &mut OperationDoc<'_>);
    /// Ends the dependency
    fn end(self) -> impl Future<Output = Result<(), Error>> + Send;
}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = R> + Send + 'static, R: Ended> Ending for F {
    fn describe_errors(doc: &mut OperationDoc<'_>) {
        R::describe_errors(doc);
    }

    async fn end(self) -> Result<(), Error> {
        self.await.into_result()
    }
}

/// What comes out of a teardown
pub trait Ended {
    /// See [`Ending::describe_errors`]
    fn describe_errors(doc: &mut OperationDoc<'_>);
    /// The error, if it failed
    ///
    /// # Errors
    /// The teardown's own.
    fn into_result(self) -> Result<(), Error>;
}

impl Ended for () {
    fn describe_errors(_: &mut OperationDoc<'_>) {}

    fn into_result(self) -> Result<(), Error> {
        Ok(())
    }
}

impl<E: ReplyError> Ended for Result<(), E> {
    fn describe_errors(doc: &mut OperationDoc<'_>) {
        E::describe_errors(doc);
    }

    fn into_result(self) -> Result<(), Error> {
        self.map_err(E::into_error)
    }
}

/// Keeps a teardown until the operation has ended; the macro calls it for `#[dependency(teardown = …)]`
pub fn keep_teardown<T: Send + 'static, E: Ending>(
    cx: &mut RequestContext,
    value: T,
    teardown: impl FnOnce(T, Outcome) -> E + Send + 'static,
) {
    cx.rare_mut().teardowns.before.push(boxed(value, teardown));
}

/// Keeps a teardown until the answer has been sent; the macro calls it for `#[dependency(after_response = …)]`
pub fn keep_after_response<T: Send + 'static, E: Ending>(
    cx: &mut RequestContext,
    value: T,
    teardown: impl FnOnce(T, Outcome) -> E + Send + 'static,
) {
    cx.rare_mut().teardowns.after.push(boxed(value, teardown));
}

fn boxed<T: Send + 'static, E: Ending>(value: T, teardown: impl FnOnce(T, Outcome) -> E + Send + 'static) -> Teardown {
    Box::new(move |outcome| Box::pin(async move { teardown(value, outcome).end().await }))
}

/// Documents what a teardown can answer in place of a success; the macro calls it
pub fn describe_teardown<T, E: Ending>(doc: &mut OperationDoc<'_>, _: impl FnOnce(T, Outcome) -> E) {
    E::describe_errors(doc);
}

/// The teardowns of one request, in the order in which their dependencies were made
#[derive(Default)]
pub(crate) struct Teardowns {
    /// Those that run before the answer is sent
    pub(crate) before: Vec<Teardown>,
    /// Those that run after
    pub(crate) after: Vec<Teardown>,
}

impl Teardowns {
    pub(crate) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// Runs what is left of a request that was cancelled, last made first
    pub(crate) async fn cancel(self) {
        run_late(self.before, Outcome::Cancelled).await;
        run_late(self.after, Outcome::Cancelled).await;
    }
}

/// Runs teardowns that can no longer change the answer, last made first; their errors go to the log
pub(crate) async fn run_late(teardowns: Vec<Teardown>, outcome: Outcome) {
    use futures_util::FutureExt;
    use std::panic::AssertUnwindSafe;

    for teardown in teardowns.into_iter().rev() {
        // One that panics must not keep the others from running.
        let ended = AssertUnwindSafe(async { teardown(outcome).await }).catch_unwind().await;
        if let Err(error) = ended.unwrap_or_else(|panic| Err(crate::routing::panicked(&*panic))) {
            tracing::warn!(error = ?error, "a teardown failed after its request had ended");
        }
    }
}
