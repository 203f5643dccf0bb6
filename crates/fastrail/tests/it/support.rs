//! What several modules use: problems of a build, a server on a real socket, captured log lines.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use fastrail::{App, Serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What the build refuses; fails when it refuses nothing
pub(crate) fn problems(app: App) -> Vec<String> {
    match app.build() {
        Ok(_) => panic!("the app builds"),
        Err(error) => error.problems().to_vec(),
    }
}

/// An app behind a real socket
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<fastrail::Result<()>>,
}

impl Server {
    /// Starts with the defaults, which are far longer than any test
    pub(crate) async fn start(app: App) -> Self {
        Self::start_with(app, |serve| serve).await
    }

    /// Starts with other settings
    pub(crate) async fn start_with(app: App, settings: impl FnOnce(Serve) -> Serve) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, is_ready) = oneshot::channel();
        let serve = fastrail::serve(app).listener(listener).drain_timeout(Duration::from_secs(600));
        let serve = settings(serve)
            .on_ready(move |address| ready.send(address.tcp().expect("a port")).expect("the test waits"))
            .until(async move { stopped.await.unwrap_or_default() });
        let ended = tokio::spawn(async move { serve.await });
        Self { address: is_ready.await.expect("it starts"), stop, ended }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    /// Sends one request on a connection of its own and reads until the server closes
    pub(crate) async fn ask(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let text = format!("{head}\r\nhost: test\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(text.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers with text");
        answer
    }

    /// Tells it to stop; the drain goes on
    pub(crate) fn tell_to_stop(self) -> JoinHandle<fastrail::Result<()>> {
        self.stop.send(()).expect("it runs");
        self.ended
    }

    /// Stops it and waits for its end
    pub(crate) async fn stop(self) {
        self.tell_to_stop().await.expect("no panic").expect("no error");
    }
}

/// Writes one request
pub(crate) async fn send(stream: &mut TcpStream, head: &str) {
    stream.write_all(format!("{head}\r\nhost: test\r\n\r\n").as_bytes()).await.expect("it reads");
}

/// Reads one answer with a `Content-Length`
pub(crate) async fn receive(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap_or("0").parse().expect("a number");
            if body.len() >= length {
                return text;
            }
        }
        let mut byte = [0];
        let read = stream.read(&mut byte).await.expect("it answers");
        assert!(read == 1, "the connection closed after {text:?}");
        answer.extend_from_slice(&byte);
    }
}

/// The log lines of one test's thread
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<String>>>);

thread_local! {
    static HERE: RefCell<Option<Logs>> = const { RefCell::new(None) };
}

impl Logs {
    /// Runs a test on this thread alone, with its log lines captured
    ///
    /// One subscriber serves the whole process: a scoped one races with the call sites that other tests reach first.
    pub(crate) fn capture<T>(&self, test: impl Future<Output = T>) -> T {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| tracing::subscriber::set_global_default(Capture).expect("there is no other"));
        HERE.set(Some(self.clone()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let ended = runtime.block_on(test);
        HERE.set(None);
        ended
    }

    /// What was logged so far: `LEVEL target field=value …`
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Capture;

impl tracing::Subscriber for Capture {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("fastrail")
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Fields(String);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0.push_str(&format!(" {}={value:?}", field.name()));
            }
        }
        let metadata = event.metadata();
        let mut fields = Fields(format!("{} {}", metadata.level(), metadata.target()));
        event.record(&mut fields);
        HERE.with_borrow(|logs| {
            if let Some(logs) = logs {
                logs.0.lock().unwrap_or_else(PoisonError::into_inner).push(fields.0);
            }
        });
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
