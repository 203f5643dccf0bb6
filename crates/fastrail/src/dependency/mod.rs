//! Dependencies: values that are made for an operation, with everything they take and answer documented.
//!
//! A `#[dependency]` fn, or a struct with `#[derive(Dependency)]`, may take parameters and other dependencies. Within
//! one request each runs once, however many ask for it; independent requests never share one. A test replaces any of
//! them by type. What outlives a request is app state ([`State`]).
//!
//! Order in a request: security dependencies, then every parameter and the body, then the other dependencies, whose
//! fns do not run once an input is wrong, then the operation, then the teardowns, last made first.

mod join;
mod kind;
mod outcome;
mod overrides;
mod provider;
mod state;
mod structure;
mod teardown;

pub use join::{Join, JoinKind};
pub use kind::{DependencyKind, Designated, ProvidedBy};
pub(crate) use kind::{describe_dependency, gather_dependency};
pub use outcome::Outcome;
pub(crate) use overrides::Overrides;
pub(crate) use provider::{AnyKept, BoxedPending, Kept};
pub use provider::{Copied, DynProvider, Provider, copy_of};
pub use state::{State, StateKind, StateMap};
pub use structure::{StructDependency, StructProvider};
pub use teardown::{Ended, Ending, describe_teardown, keep_after_response, keep_teardown};
pub(crate) use teardown::{Teardown, Teardowns, run_late};

/// A type that a provider makes
///
/// Do not implement it by hand: write a `#[dependency]` fn that returns the type, or derive it.
#[diagnostic::on_unimplemented(
    message = "nothing provides `{Self}`",
    label = "this type is no dependency",
    note = "write a `#[dependency]` fn that returns it, or add `#[derive(Dependency)]`"
)]
pub trait Dependency: Send + Sized + 'static {
    /// What makes it
    type Provider: Provider<Value = Self>;

    /// The provider
    fn provider() -> &'static Self::Provider;
}
