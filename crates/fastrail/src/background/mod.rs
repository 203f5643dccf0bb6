//! Work after the answer: what an operation leaves to be done, and how much of it an app takes on.

mod queue;

use queue::Work;
pub(crate) use queue::{Background, Counts};

use std::fmt::Display;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use http::header::{HeaderValue, RETRY_AFTER};

use crate::app::AppShared;
use crate::dependency::Outcome;
use crate::error::{Error, Failure};
use crate::observability::Origin;
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// Work that runs after the answer has been sent, as an argument of operations and dependencies
///
/// What one request adds runs in order, one after the other, apart from the connection: neither a middleware nor the
/// client waits for it. One that fails or panics is logged with the request's id and does not keep the others from
/// running. The app waits for all of it when it stops, until the drain's deadline. It lives in this process: what must
/// not be lost when that dies belongs into a queue with a database behind it.
///
/// ```
/// use fastrail::BackgroundTasks;
/// use fastrail::prelude::*;
///
/// async fn write_notification(email: String) {
///     println!("notification for {email}");
/// }
///
/// #[post("/send-notification/{email}")]
/// async fn send_notification(email: String, tasks: BackgroundTasks) -> &'static str {
///     tasks.add(write_notification(email));
///     "Notification sent in the background"
/// }
/// ```
///
/// # Errors
/// 503 with `Retry-After` when the app has more waiting than `max_background_waiting` of its
/// [`Limits`](crate::Limits).
#[derive(Clone)]
pub struct BackgroundTasks {
    list: Arc<Mutex<List>>,
    app: Arc<AppShared>,
    origin: Origin,
}

type Task = Box<dyn FnOnce(Outcome) -> BoxFuture<'static, Result<(), String>> + Send>;

#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    /// How the request ended; what is added afterwards runs at once
    outcome: Option<Outcome>,
}

struct Entry {
    task: Task,
    /// Also after a failure
    always: bool,
}

impl BackgroundTasks {
    /// The tasks of a request
    ///
    /// # Errors
    /// 503 with `Retry-After` when the app has too much waiting.
    pub(crate) fn of(app: &Arc<AppShared>, origin: Origin) -> Result<Self, Error> {
        if app.background.is_full(app.limits.max_background_waiting) {
            let error = Error::new(503, "Too much work is waiting; try again later").with_code("overloaded");
            return Err(error.with_header(RETRY_AFTER, HeaderValue::from_static("5")));
        }
        Ok(Self { list: Arc::default(), app: Arc::clone(app), origin })
    }

    /// Adds work that runs if the operation succeeds; its output is `()` or a `Result<(), E>`
    pub fn add<F>(&self, work: F)
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        self.push(false, Box::new(move |_| Box::pin(async move { work.await.into_result() })));
    }

    /// As [`add`](Self::add), for work that blocks: it runs on the blocking pool
    pub fn add_blocking<R: TaskOutput + Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) {
        self.add(crate::__private::blocking(work));
    }

    /// Adds work that runs however the request ends, and is told how
    pub fn add_with_outcome<W, F>(&self, work: W)
    where
        W: FnOnce(Outcome) -> F + Send + 'static,
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        self.push(true, Box::new(move |outcome| Box::pin(async move { work(outcome).await.into_result() })));
    }

    fn push(&self, always: bool, task: Task) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.entries.push(Entry { task, always });
        let ended = list.outcome;
        drop(list);
        if let Some(work) = ended.and_then(|outcome| self.due(outcome)) {
            work.start();
        }
    }

    /// Takes what is to be done after this outcome; what is added from now on runs at once
    pub(crate) fn due(&self, outcome: Outcome) -> Option<Work> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.outcome = Some(outcome);
        let entries = std::mem::take(&mut list.entries);
        drop(list);
        let due = entries.into_iter().filter(|entry| entry.always || outcome.is_success()).map(|entry| entry.task);
        let due: Vec<Task> = due.collect();
        (!due.is_empty()).then(|| Work::new(&self.app, due, outcome, self.origin.clone()))
    }
}

impl std::fmt::Debug for BackgroundTasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackgroundTasks").field("request", &self.origin.id).finish_non_exhaustive()
    }
}

/// What background work ends with: nothing, or a failure to log
pub trait TaskOutput: Send {
    /// The failure in words
    ///
    /// # Errors
    /// The work's own.
    fn into_result(self) -> Result<(), String>;
}

impl TaskOutput for () {
    fn into_result(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: Display + Send> TaskOutput for Result<(), E> {
    fn into_result(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

/// How [`BackgroundTasks`] becomes an argument
#[derive(Debug)]
pub struct BackgroundKind;

impl Reading for BackgroundKind {}

impl Argument for BackgroundTasks {
    type Kind = BackgroundKind;
}

impl<S: ArgumentSpec<Value = BackgroundTasks>> Kind<S> for BackgroundKind {
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.overload();
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<BackgroundTasks, Failure> {
        cx.background_tasks()
    }
}
