//! Where fuzzers enter: what takes bytes from a client, without a socket. No part of the API; see the folder `fuzz`.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Request};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::{App, BuiltApp};
use crate::request::{Body, Head, Peer, TrustedProxies};
use crate::serve::fuzzing::{Chunked, Exchange, Framing, Guard, HeadReader, Live, PeerAddress, Serving, answer};
use crate::serve::{ConnectionLimits, Deadlines};

/// Reads a head in pieces of this size: its end, and the length of its body when that is not chunked
///
/// # Errors
/// Why it is refused.
#[allow(clippy::type_complexity, reason = "it is for the fuzzers alone")]
pub fn head(message: &[u8], piece: usize) -> Result<Option<(usize, Option<u64>)>, String> {
    let limits = ConnectionLimits::default().head();
    let mut reader = HeadReader::default();
    let mut end = 0;
    loop {
        end = (end + piece).min(message.len());
        match reader.read(&message[..end], &limits) {
            Err(refusal) => return Err(format!("{refusal:?}")),
            Ok(Some(head)) => {
                let length = match head.framing {
                    Framing::Length(length) => Some(length),
                    Framing::Chunked => None,
                };
                return Ok(Some((head.len, length)));
            }
            Ok(None) if end == message.len() => return Ok(None),
            Ok(None) => {}
        }
    }
}

/// Follows chunks in pieces of this size: how many bytes belong to the body, and whether it ends with them
///
/// # Errors
/// When they are none.
pub fn chunks(body: &[u8], piece: usize) -> Result<(usize, bool), String> {
    let mut chunked = Chunked::default();
    let mut read = 0;
    for piece in body.chunks(piece) {
        let (more, ended) = chunked.read(piece).map_err(|refusal| format!("{refusal:?}"))?;
        read += more;
        if ended {
            return Ok((read, true));
        }
    }
    Ok((read, false))
}

/// Reads what proxies say
pub fn origin(headers: &HeaderMap) {
    let proxies = TrustedProxies::parse(["10.0.0.0/8", "fd00::/8"]).unwrap_or_default();
    let peer = Peer::pretend(([10, 0, 0, 1], 1).into());
    let origin = proxies.origin(&peer, headers);
    assert!(origin.address.is_some(), "at least the peer's");
}

/// An app that has started, with a runtime of its own
pub struct Fuzzed {
    /// Not asked any more, and kept for what its lifespans hold
    _app: Mutex<BuiltApp>,
    runtime: tokio::runtime::Runtime,
    serving: Arc<Serving>,
}

impl Fuzzed {
    /// Starts it
    ///
    /// # Panics
    /// When it cannot be built or started.
    pub fn new(app: App) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut app = app.build().expect("an app that builds");
        runtime.block_on(app.start()).expect("an app that starts");
        let (deadlines, limits) = (Deadlines::default(), ConnectionLimits::default());
        let serving = Arc::new(Serving { app: app.handle.clone(), deadlines, limits });
        Self { _app: Mutex::new(app), runtime, serving }
    }

    /// Asks without a connection; answers the status
    pub fn ask(&self, request: Request<Body>) -> u16 {
        let (parts, body) = request.into_parts();
        self.runtime.block_on(self.serving.app.handle(&mut Head::of(parts), body, Peer::default())).status().as_u16()
    }

    /// Sends bytes as an HTTP/1 client does; answers all that comes back
    pub fn converse(&self, bytes: &[u8]) -> Vec<u8> {
        self.runtime.block_on(async {
            let (mut client, server) = tokio::io::duplex(64 * 1024);
            let live = Arc::new(Live::new(Arc::default(), PeerAddress::Unix));
            let guard = Guard::new(server, Vec::new(), self.serving.limits.head(), Arc::clone(&live));
            let service = service_fn(|request| {
                let exchange = Exchange::begin(Arc::clone(&live));
                let answer = answer(exchange, &self.serving, request);
                async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
            });
            let mut builder = hyper::server::conn::http1::Builder::new();
            let connection = builder.header_read_timeout(None).serve_connection(TokioIo::new(guard), service);
            let ask = async {
                // One that is refused early is closed while it is written.
                let _ = client.write_all(bytes).await;
                let _ = client.shutdown().await;
                let mut answer = Vec::new();
                let _ = client.read_to_end(&mut answer).await;
                answer
            };
            tokio::join!(ask, async {
                let _ = connection.await;
            })
            .0
        })
    }
}

impl fmt::Debug for Fuzzed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fuzzed")
    }
}
