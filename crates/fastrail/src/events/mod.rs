//! Events: what has happened, told by one operation and heard by any number of listeners.
//!
//! An event is a struct of the past. An operation emits it and knows nobody who listens; a listener is a fn that takes
//! it, and dependencies like every operation, each in a unit of work of its own.
//!
//! ```
//! use std::sync::Arc;
//!
//! use fastrail::prelude::*;
//!
//! /// Somebody has got an account
//! #[derive(Debug, Serialize, Deserialize, DomainEvent)]
//! struct UserRegistered {
//!     name: String,
//! }
//!
//! #[post("/users/{name}", status = 201)]
//! async fn register(name: String, events: EventBus) {
//!     events.emit(UserRegistered { name });
//! }
//!
//! #[on_event]
//! async fn greet(event: Arc<UserRegistered>, greeting: State<String>) {
//!     println!("{}, {}", *greeting, event.name);
//! }
//!
//! let app = App::new("Shop", "1.0.0")
//!     .state("Welcome".to_owned())
//!     .include(routes![register])
//!     .listeners(listeners![greet]);
//! ```
//!
//! # What is guaranteed
//! - An event is told when the operation that has emitted it has succeeded, its unit of work is committed and its answer
//!   is sent; one of a failed operation is told to nobody.
//! - All listeners of an event run at the same time, each once. One that fails or panics is logged with its name, the
//!   event's and the request's id, rolls back its own dependencies, and keeps no other from running.
//! - The events of one request are told in the order in which they were emitted; there is no order between requests.
//! - They are bounded as [`BackgroundTasks`](crate::BackgroundTasks) are: an operation that takes an [`EventBus`] answers
//!   503 when the app has too much waiting. The drain waits for them.
//! - They live in this process, and go at most once: what must not be lost when it dies belongs into a table that is
//!   written together with what has happened.
//!
//! With [`RedisStreams`] (feature `redis`) all instances share them, they are kept until they are heard, and a listener
//! that fails is told again; its guarantees stand there. The code is the same.

mod bus;
mod kind;
mod listener;
mod listening;
#[cfg(feature = "redis")]
mod streams;
mod tell;

pub use bus::EventBus;
pub use kind::{BusKind, EventKind};
pub use listener::{Listen, Listener, Received, listened};
pub(crate) use listening::{Heard, Listening, Subscriber};
#[cfg(feature = "redis")]
pub use streams::RedisStreams;
#[cfg(feature = "redis")]
pub(crate) use streams::start;

/// Something that has happened, named in the past: `UserRegistered`, `OrderPaid`
///
/// Derive it. It can be written and read as JSON, so that it can be logged, kept and sent; so it holds no
/// [`SecretString`](crate::SecretString).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event",
    label = "this is not an event",
    note = "derive it: `#[derive(Debug, Serialize, Deserialize, DomainEvent)]`"
)]
pub trait DomainEvent: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static {
    /// Its name in logs: the struct's in snake case (`user_registered`), or `#[event(name = "…")]`
    const NAME: &'static str;
}
