//! What every request of an app shares.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{Limits, Tasks};
use crate::background::Background;
#[cfg(feature = "cache")]
use crate::cache::Cache;
use crate::dependency::{Overrides, StateMap};
use crate::error::ErrorAnswers;
use crate::events::Listening;
use crate::middleware::Outermost;
use crate::observability::Metrics;
use crate::rate_limit::Counters;
use crate::request::TrustedProxies;
use crate::routing::{Table, Urls};
use crate::websocket::WebSockets;

/// What every request of an app shares
pub(crate) struct AppShared {
    pub(crate) table: Table,
    pub(crate) errors: Arc<ErrorAnswers>,
    pub(crate) overrides: Overrides,
    pub(crate) limits: Limits,
    pub(crate) websockets: WebSockets,
    pub(crate) proxies: TrustedProxies,
    pub(crate) tasks: Tasks,
    pub(crate) root_path: String,
    pub(crate) redirect_slashes: bool,
    pub(crate) strict_content_type: bool,
    pub(crate) background: Background,
    pub(crate) listening: Listening,
    pub(crate) metrics: Option<Metrics>,
    /// Absent when limits are switched off
    pub(crate) rate_limits: Option<Counters>,
    pub(crate) urls: Urls,
    #[cfg(feature = "cache")]
    pub(crate) cache: OnceLock<Cache>,
    #[cfg(feature = "http-client")]
    pub(crate) http_client: OnceLock<crate::HttpClient>,
    pub(crate) outermost: Outermost,
    pub(super) state: OnceLock<StateMap>,
}

impl AppShared {
    #[cfg(feature = "cache")]
    pub(crate) fn cache(&self) -> &Cache {
        self.cache.get_or_init(Cache::default_of_app)
    }

    pub(crate) fn state(&self) -> &StateMap {
        self.state.get_or_init(StateMap::default)
    }
}

impl fmt::Debug for AppShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppShared").field("table", &self.table).finish_non_exhaustive()
    }
}
