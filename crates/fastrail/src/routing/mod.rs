//! Routing: from a method and a path to the operation that answers, in one look-up.
//!
//! The whole app is known when it is built: nested routers are flattened into one `table`, so they cost nothing at
//! run time. Two routes that answer the same request are refused then, with both places named.

mod after_response;
mod detach;
mod endpoint;
mod mount;
mod operation;
mod router;
mod run;
mod table;
mod urls;

pub(crate) use after_response::AfterResponse;
pub(crate) use detach::DetachOnDrop;
pub(crate) use endpoint::Endpoint;
pub use endpoint::Outer;
pub(crate) use mount::{Below, FlatMount, Inside, Mounted, Served, below, hand_over};
pub use mount::{Mountable, Mounting, TowerService};
pub(crate) use operation::RouteLimits;
pub use operation::{CachePolicy, Operation, OperationMeta, Route, Timeout};
pub(crate) use router::{Flat, FlatRoute, flatten, wrapped};
pub use router::{Include, Router};
pub(crate) use run::{conclude, panicked, run};
pub(crate) use table::{Found, Page, Table, Target, nameless, parameter_names};
pub use urls::Urls;
