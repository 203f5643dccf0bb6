//! Where Prometheus reads what is counted.

use std::net::IpAddr;

use fastrail::Settings;

/// Settings of the metrics.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct MetricsSettings {
    /// Port at which `/metrics` is shown to whoever can connect; without it, administrators read it at `PORT`
    #[setting(ge = 1)]
    pub port: Option<u16>,
    /// Address of that port; 0.0.0.0 for every interface
    #[setting(default = "127.0.0.1")]
    pub host: IpAddr,
}
