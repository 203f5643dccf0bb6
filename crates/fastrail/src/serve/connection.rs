//! One connection from its first byte to its end: which HTTP it speaks, its requests, and the orders that it is given.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;

use super::Deadlines;
use super::answer::answer;
use super::http1::Guard;
use super::limits::ConnectionLimits;
use super::listener::Stream;
use super::live::{Exchange, Live, Order, Reading};
use crate::app::AppHandle;
use crate::observability::Metrics;

/// RFC 9113 §3.4
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What all connections of a server share
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) app: AppHandle,
    pub(crate) deadlines: Deadlines,
    pub(crate) limits: ConnectionLimits,
}

/// Serves one connection to its end
pub(crate) async fn serve(stream: Stream, permit: OwnedSemaphorePermit, live: Arc<Live>, serving: Arc<Serving>) {
    let _present = Present(Arc::clone(&live));
    let _open = serving.app.shared.metrics.as_ref().map(Metrics::connection);
    let mut stream = Counted { stream, _permit: permit };
    let mut read = Vec::new();
    let first = first_bytes(&mut stream, &mut read, &live);
    let is_http_2 = match unless_ordered(&live, first).await {
        Some(Ok(is_http_2)) => is_http_2,
        Some(Err(_)) | None => return,
    };
    let answer = |request| answer(Exchange::begin(Arc::clone(&live)), &serving, request);
    if is_http_2 {
        live.reads(Reading::Idle);
        let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(serving.limits.max_streams)
            .max_header_list_size(u32::try_from(serving.limits.head().max_head).unwrap_or(u32::MAX))
            .keep_alive_interval(serving.deadlines.keep_alive)
            .keep_alive_timeout(serving.deadlines.write);
        let io = TokioIo::new(Guard::raw(stream, read, Arc::clone(&live)));
        let connection = pin!(builder.serve_connection(io, service_fn(answer)));
        obey(&live, connection, |connection| connection.graceful_shutdown()).await;
    } else {
        let mut builder = hyper::server::conn::http1::Builder::new();
        // Heads have the watch's deadline; hyper's own would set a timer for each request. The guard looks for clients
        // that leave: hyper would do so into a new buffer for each request.
        builder.header_read_timeout(None).writev(false).half_close(true);
        let io = TokioIo::new(Guard::new(stream, read, serving.limits.head(), Arc::clone(&live)));
        let connection = pin!(builder.serve_connection(io, service_fn(answer)).with_upgrades());
        obey(&live, connection, |connection| connection.graceful_shutdown()).await;
    }
}

/// The watch knows a connection until this is dropped, also when a body panics in its task
struct Present(Arc<Live>);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Reads until it is clear whether the client speaks HTTP/2
async fn first_bytes(stream: &mut Counted, read: &mut Vec<u8>, live: &Live) -> std::io::Result<bool> {
    use tokio::io::AsyncReadExt;
    // Most first requests are smaller.
    read.reserve(1024);
    loop {
        if stream.read_buf(read).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if read.starts_with(HTTP_2) {
            return Ok(true);
        }
        if !HTTP_2.starts_with(read) {
            return Ok(false);
        }
        live.reads(Reading::Head);
    }
}

/// The future's output, unless the connection has to end before
///
/// A server that finishes still reads on for a moment: the first request may be on its way.
async fn unless_ordered<T>(live: &Live, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        live.register(cx.waker());
        if matches!(live.ordered(), Order::RefuseHead | Order::Close) {
            return Poll::Ready(None);
        }
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Drives a connection and does as it is told
async fn obey<C>(live: &Live, mut connection: Pin<&mut C>, finish: impl Fn(Pin<&mut C>))
where
    C: Future<Output = hyper::Result<()>>,
{
    let mut finishing = false;
    let ended = poll_fn(|cx| {
        live.register(cx.waker());
        match live.ordered() {
            Order::Close => return Poll::Ready(Ok(())),
            Order::Finish if !finishing => {
                finishing = true;
                finish(connection.as_mut());
            }
            _ => {}
        }
        connection.as_mut().poll(cx)
    });
    if let Err(error) = ended.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A stream that counts against the most connections until it is closed, also after an upgrade
#[derive(Debug)]
struct Counted {
    stream: Stream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Counted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
