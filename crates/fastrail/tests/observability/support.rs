//! Logging and traces of the whole process, and what they have brought.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fastrail::observability::{Logging, LoggingGuard, Traces};
use serde_json::Value;

use crate::collector::{Collector, Received};

/// What the process logs and sends
pub(crate) struct Watched {
    written: Arc<Mutex<Vec<u8>>>,
    collector: Collector,
    guard: LoggingGuard,
}

struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Starts logging at the level TRACE, once
pub(crate) fn watched() -> &'static Watched {
    static WATCHED: OnceLock<Watched> = OnceLock::new();
    WATCHED.get_or_init(|| {
        let (written, collector) = (Arc::default(), Collector::default());
        let traces = Traces::to(format!("http://127.0.0.1:{}", collector.start())).service("shop", "1.2.3");
        let logging = Logging::new().filter("trace").json().output(Output(Arc::clone(&written)));
        let guard = logging.traces(traces).start().expect("it starts");
        Watched { written, collector, guard }
    })
}

impl Watched {
    /// Every line so far, as it was written
    pub(crate) fn text(&self) -> String {
        self.guard.flush();
        String::from_utf8(self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("text")
    }

    /// Every line so far; fails when one is no JSON object
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = self.text();
        assert!(text.is_empty() || text.ends_with('\n'));
        let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        text.lines().map(line).inspect(|line: &Value| assert!(line.is_object())).collect()
    }

    /// The lines with this request id
    pub(crate) fn lines_of(&self, request: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["request_id"] == request).collect()
    }

    /// The line of the access log with this request id
    pub(crate) fn access(&self, request: &str) -> Value {
        let lines = self.lines_of(request);
        let mut access = lines.iter().filter(|line| line["target"] == "fastrail::access");
        let line = access.next().unwrap_or_else(|| panic!("no access line in {lines:?}")).clone();
        assert_eq!(access.next(), None, "one line a request");
        line
    }

    /// All spans so far
    pub(crate) fn spans(&self) -> Vec<Received> {
        self.guard.flush();
        self.collector.spans()
    }

    /// Every byte that was sent to the collector
    pub(crate) fn sent(&self) -> String {
        self.guard.flush();
        self.collector.text()
    }
}
