//! Server-sent events (WHATWG HTML §9.2): a stream of events that a browser reads by `EventSource`.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use axum_core::response::Response;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::json;

use tokio_util::sync::CancellationToken;

use super::Reply;
use super::json_lines::{broken_off, stream};
use super::produce::{Emitter, produce};
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::{Generator, JsonSchema, Rules, Schema};

/// After this long without an event a comment is sent, so that no proxy closes the connection
const PING_EVERY: Duration = Duration::from_secs(15);

static X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// `text/event-stream`: models, each the data of one event, or [`Event`]s
///
/// ```
/// use fastrail::prelude::*;
///
/// /// Resumes after the event that the browser saw last
/// #[get("/ticks")]
/// async fn ticks(#[header] last_event_id: Option<u32>) -> Sse<Event> {
///     Sse::produce(move |events| async move {
///         for id in last_event_id.map_or(0, |id| id + 1)..3 {
///             events.send(Event::json(&id).id(id).event("tick")).await;
///         }
///     })
/// }
/// ```
///
/// `Cache-Control: no-cache`, `X-Accel-Buffering: no`, a comment after 15 s without an event. The stream is dropped when
/// the client leaves, and ends when the server stops; a browser then connects again. Compression leaves it alone. Any
/// method may answer with it.
pub struct Sse<T = Event> {
    items: BoxStream<'static, T>,
    ping_every: Duration,
}

impl<T: Send + 'static> Sse<T> {
    /// A stream's events
    pub fn new(items: impl Stream<Item = T> + Send + 'static) -> Self {
        Self { items: items.boxed(), ping_every: PING_EVERY }
    }

    /// What an async block sends
    pub fn produce<F, Fut>(block: F) -> Self
    where
        F: FnOnce(Emitter<T>) -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self::new(produce(block))
    }

    /// Events that are there already, or are made by an iterator
    pub fn of<I>(items: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::new(futures_util::stream::iter(items))
    }

    /// How long without an event until a comment is sent. Default: 15 s
    #[must_use]
    pub fn ping_every(mut self, every: Duration) -> Self {
        self.ping_every = every;
        self
    }
}

impl<T> fmt::Debug for Sse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sse")
    }
}

impl<T: SseItem> Reply for Sse<T> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        let schema = T::describe(doc.generator());
        doc.response(status, ResponseDoc::of_items("text/event-stream", schema));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let every = self.ping_every.max(Duration::from_millis(1));
        // One `timeout` an event: the pause is counted from the event before.
        let events = futures_util::stream::unfold(self.items, move |mut items| async move {
            let bytes = match tokio::time::timeout(every, items.next()).await {
                Ok(Some(item)) => item.into_event().into_bytes().inspect_err(broken_off),
                Ok(None) => return None,
                Err(_) => Ok(Bytes::from_static(b": ping\n\n")),
            };
            Some((bytes, items))
        });
        let mut response = stream(status, "text/event-stream; charset=utf-8", Body::from_stream(events));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().insert(X_ACCEL_BUFFERING.clone(), HeaderValue::from_static("no"));
        response.extensions_mut().insert(Endless);
        Ok(response)
    }
}

/// Marks an answer that may go on without end, so that it ends when the server stops
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endless;

/// Ends an answer when the server stops: a browser connects again, to whoever serves then
pub(crate) fn end_with(response: &mut Response, stopping: CancellationToken) {
    let body = std::mem::take(response.body_mut());
    *response.body_mut() = Body::from_stream(body.into_data_stream().take_until(stopping.cancelled_owned()));
}

/// What an event stream can be made of: [`Event`], or any model
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event",
    note = "a model: add `#[derive(Serialize, Schema)]`; for ids and names send `Event::json(&value).id(…)`"
)]
pub trait SseItem: Send + 'static {
    /// The schema of one event's fields
    fn describe(generator: &mut Generator) -> JsonSchema;

    /// As an event
    fn into_event(self) -> Event;
}

impl SseItem for Event {
    fn describe(_: &mut Generator) -> JsonSchema {
        event_schema(json!({ "type": "string" }))
    }

    fn into_event(self) -> Event {
        self
    }
}

impl<T: Schema + Serialize + Send + 'static> SseItem for T {
    fn describe(generator: &mut Generator) -> JsonSchema {
        let data = T::schema(&Rules::NONE, generator).into_value();
        let data = json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": data });
        event_schema(data).with("required", json!(["data"]))
    }

    fn into_event(self) -> Event {
        Event::json(&self)
    }
}

fn event_schema(data: serde_json::Value) -> JsonSchema {
    JsonSchema::of("object").with(
        "properties",
        json!({
            "data": data,
            "event": { "type": "string" },
            "id": { "type": "string" },
            "retry": { "type": "integer", "minimum": 0 },
        }),
    )
}

/// One event: data, a name, an id, a delay; or only a comment
///
/// ```
/// use fastrail::Event;
/// use std::time::Duration;
///
/// let event = Event::json(&[1, 2]).event("pair").id(7).retry(Duration::from_secs(5)).comment("two");
/// assert_eq!(event.to_string(), ": two\nevent: pair\ndata: [1,2]\nid: 7\nretry: 5000\n\n");
/// assert_eq!(Event::text("two\nlines").to_string(), "data: two\ndata: lines\n\n");
/// ```
#[derive(Debug, Default)]
pub struct Event {
    data: Option<String>,
    event: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
    comment: Option<String>,
    broken: Option<serde_json::Error>,
}

impl Event {
    /// A value as JSON; one that cannot be serialized breaks the stream off
    pub fn json(value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(json) => Self { data: Some(json), ..Self::default() },
            Err(error) => Self { broken: Some(error), ..Self::default() },
        }
    }

    /// Text as it is; a line break begins a new `data` line
    pub fn text(text: impl Into<String>) -> Self {
        Self { data: Some(text.into()), ..Self::default() }
    }

    /// Only a comment, which `EventSource` ignores
    pub fn of_comment(comment: impl Into<String>) -> Self {
        Self::default().comment(comment)
    }

    /// The event's name, by default `message`; line breaks become spaces
    #[must_use]
    pub fn event(mut self, name: impl Into<String>) -> Self {
        self.event = Some(name.into());
        self
    }

    /// The id that comes back as `Last-Event-ID`; line breaks and NUL become spaces
    #[must_use]
    pub fn id(mut self, id: impl fmt::Display) -> Self {
        self.id = Some(id.to_string());
        self
    }

    /// How long the browser waits before it connects again, in whole milliseconds
    #[must_use]
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
    }

    /// A comment in front
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    fn into_bytes(mut self) -> Result<Bytes, serde_json::Error> {
        match self.broken.take() {
            Some(error) => Err(error),
            None => Ok(Bytes::from(self.to_string())),
        }
    }
}

impl fmt::Display for Event {
    /// As it stands in the stream
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.comment.iter().flat_map(|comment| lines(comment)) {
            writeln!(f, ": {line}")?;
        }
        let one_line = |text: &str| text.replace(['\r', '\n', '\0'], " ");
        if let Some(event) = &self.event {
            writeln!(f, "event: {}", one_line(event))?;
        }
        for line in self.data.iter().flat_map(|data| lines(data)) {
            writeln!(f, "data: {line}")?;
        }
        if let Some(id) = &self.id {
            writeln!(f, "id: {}", one_line(id))?;
        }
        if let Some(retry) = self.retry {
            writeln!(f, "retry: {}", retry.as_millis())?;
        }
        f.write_char('\n')
    }
}

/// The lines as the standard divides them: CRLF, LF or CR
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}
