//! Where traces go.

use fastrail::Settings;
use url::Url;

/// Settings of OpenTelemetry. Its own variables for headers and attributes (`OTEL_EXPORTER_OTLP_HEADERS`,
/// `OTEL_RESOURCE_ATTRIBUTES`) count as well.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct OtelSettings {
    /// The collector that traces are sent to by OTLP over HTTP, such as `http://localhost:4318`; none: nothing is sent
    #[setting(check = is_collector)]
    pub endpoint: Option<String>,
    /// Which part of the traces that begin here is sent
    #[setting(default = 1.0, ge = 0.0, le = 1.0)]
    pub sample_ratio: f64,
}

fn is_collector(text: &str) -> Result<(), String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() && url.password().is_none() => Ok(()),
        _ => Err("should be a URL such as http://localhost:4318, without a password".to_owned()),
    }
}
