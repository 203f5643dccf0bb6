//! One request on its way through the app: its parts, its id and what has been found out about it.
//!
//! Never here: how an argument is read from it (see [`params`](crate::params)).

mod body;
mod context;
mod head;
mod id;
mod info;
mod peer;
mod proxies;
mod rare;

pub use body::Body;
pub(crate) use body::{BodyState, unreadable};
pub use context::RequestContext;
pub(crate) use context::{MAX_PATH_PARAMETERS, PathValues};
pub(crate) use head::Head;
pub use id::RequestId;
pub(crate) use id::X_REQUEST_ID;
#[cfg(feature = "http-client")]
pub(crate) use id::next_random;
pub use info::{OwnedRequestInfo, RequestInfo};
pub(crate) use peer::Peer;
pub use proxies::TrustedProxies;
