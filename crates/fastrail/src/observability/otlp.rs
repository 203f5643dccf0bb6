//! Traces: spans to an OpenTelemetry collector, by OTLP over HTTP.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::request::Parts;
use http::{Method, StatusCode};
use opentelemetry::trace::{
    SpanContext, SpanId, Status, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};

use super::scope::{Notes, Origin};
use super::trace_context::TraceContext;
use crate::error::Error;

/// How long the last spans may take on their way when the program ends
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Whether spans are sent anywhere
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Where traces go, for [`Logging::traces`](super::Logging::traces)
///
/// Each request is a server span by OpenTelemetry's conventions for HTTP (`http.request.method`, `http.route`,
/// `http.response.status_code`, …); background work and listeners of events are spans below it, and so is every span of
/// the program itself at the level INFO or above. The caller's `traceparent` is honoured: its trace goes on, and what it does
/// not sample is not sent. Spans are sent in batches by a thread of its own; at most 2,048 wait, the others are dropped. A
/// collector that is away neither stalls nor fails a request.
///
/// ```no_run
/// use fastrail::observability::{Logging, Traces};
///
/// # fn main() -> fastrail::Result<()> {
/// let traces = Traces::to("http://localhost:4318").service("shop", "1.0.0").sample_ratio(0.1);
/// let _guard = Logging::new().traces(traces).start()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "it does nothing before `Logging::traces` has it"]
pub struct Traces {
    endpoint: String,
    service: Option<(String, String)>,
    sample_ratio: f64,
    headers: HashMap<String, String>,
}

impl Traces {
    /// Sends spans to the collector at this URL; `/v1/traces` is added, unless it ends so (OTLP/HTTP §"Endpoint URLs")
    pub fn to(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), service: None, sample_ratio: 1.0, headers: HashMap::new() }
    }

    /// The name and the version of this program. Default: what `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say
    pub fn service(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.service = Some((name.into(), version.into()));
        self
    }

    /// Which part of the traces that begin here is sent, from 0 to 1. Default: 1, all. What a caller has begun is sent when
    /// the caller sends it
    pub fn sample_ratio(mut self, ratio: f64) -> Self {
        self.sample_ratio = ratio;
        self
    }

    /// Adds a header to what is sent, such as the collector's API key
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    fn url(&self) -> String {
        let endpoint = self.endpoint.trim_end_matches('/');
        if endpoint.ends_with("/v1/traces") { endpoint.to_owned() } else { format!("{endpoint}/v1/traces") }
    }

    /// Begins to send
    pub(super) fn start<S>(self) -> Result<(OpenTelemetryLayer<S, SdkTracer>, Sending), Error>
    where
        S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
    {
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            return Err(Error::cannot_start("the sample ratio of traces is a number from 0 to 1"));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(self.url())
            .with_headers(self.headers)
            .build()
            .map_err(|error| Error::cannot_start(format_args!("traces cannot be sent: {error}")))?;
        let mut resource = Resource::builder();
        if let Some((name, version)) = self.service {
            resource = resource.with_service_name(name).with_attribute(KeyValue::new("service.version", version));
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(self.sample_ratio))))
            .with_batch_exporter(exporter)
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_tracer(provider.tracer("fastrail"));
        IS_ON.store(true, Ordering::Relaxed);
        Ok((layer, Sending(provider)))
    }
}

impl fmt::Debug for Traces {
    // Headers hold keys, and so may the URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("service", &self.service).finish_non_exhaustive()
    }
}

/// What sends spans, until it is dropped: then it sends those that are left
#[derive(Debug)]
pub(super) struct Sending(SdkTracerProvider);

impl Sending {
    pub(super) fn flush(&self) {
        // What could not be sent is lost, as at any other time.
        let _ = self.0.force_flush();
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        IS_ON.store(false, Ordering::Relaxed);
        // Nobody is left to be told.
        let _ = self.0.shutdown_with_timeout(LAST_WORDS);
    }
}

pub(super) fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// The span of a request, which goes on with the caller's trace; its own context becomes the origin's
pub(super) fn server_span(origin: &mut Origin, parts: &Parts) -> Span {
    let method = known(parts.method.as_str());
    let span = tracing::error_span!(
        target: "fastrail::request",
        parent: None,
        "request",
        request_id = origin.id.as_str(),
        trace_id = Empty,
        otel.kind = "server",
    );
    set_parent(&span, &origin.trace);
    let context = span.context();
    let otel = context.span();
    let Some(own) = trace_context(otel.span_context()) else { return span };
    if let Some(trace_id) = own.trace_id() {
        span.record("trace_id", trace_id);
    }
    if otel.is_recording() {
        otel.update_name(method.to_owned());
        otel.set_attribute(KeyValue::new("http.request.method", method));
        otel.set_attribute(KeyValue::new("url.path", parts.uri.path().to_owned()));
        otel.set_attribute(KeyValue::new("url.scheme", parts.uri.scheme_str().unwrap_or("http").to_owned()));
    }
    origin.trace = own;
    span
}

/// Says how a request ended
pub(super) fn finish(span: &Span, notes: &Notes, status: Option<StatusCode>, method: &Method) {
    if !is_on() {
        return;
    }
    let context = span.context();
    let otel = context.span();
    if !otel.is_recording() {
        return;
    }
    if let Some(route) = &notes.route {
        otel.update_name(format!("{} {}", known(method.as_str()), route.path));
        otel.set_attribute(KeyValue::new("http.route", route.path.clone()));
    }
    if let Some(principal) = &notes.principal {
        otel.set_attribute(KeyValue::new("user.id", principal.to_string()));
    }
    match status {
        None => otel.set_attribute(KeyValue::new("error.type", "client_left")),
        Some(status) => {
            otel.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
            if status.is_server_error() {
                otel.set_attribute(KeyValue::new("error.type", status.as_str().to_owned()));
                otel.set_status(Status::error(""));
            }
        }
    }
}

/// The conventions' own word for a method that nobody knows, so that names stay few
fn known(method: &str) -> &'static str {
    super::metrics::METHODS.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

/// Hangs a span below the one that this context names
pub(super) fn set_parent(span: &Span, parent: &TraceContext) {
    if is_on()
        && let Some(parent) = span_context(parent)
    {
        // It is disabled when the filters say so.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
}

/// What a span tells those whom it calls; nothing when it is not traced
pub(super) fn context_of(span: &Span) -> Option<TraceContext> {
    if !is_on() {
        return None;
    }
    let context = span.context();
    let own = context.span();
    trace_context(own.span_context())
}

fn trace_context(own: &SpanContext) -> Option<TraceContext> {
    if !own.is_valid() {
        return None;
    }
    let flags = own.trace_flags() & TraceFlags::SAMPLED;
    let parent = format!("00-{:032x}-{:016x}-{:02x}", own.trace_id(), own.span_id(), flags);
    Some(TraceContext::of_span(&parent, &own.trace_state().header()))
}

fn span_context(context: &TraceContext) -> Option<SpanContext> {
    let text = context.text()?;
    let trace = TraceId::from_hex(text.get(3..35)?).ok()?;
    let span = SpanId::from_hex(text.get(36..52)?).ok()?;
    let flags = TraceFlags::new(u8::from_str_radix(text.get(53..55)?, 16).ok()?);
    let state = context.state().and_then(|state| state.parse::<TraceState>().ok()).unwrap_or_default();
    Some(SpanContext::new(trace, span, flags, true, state))
}
