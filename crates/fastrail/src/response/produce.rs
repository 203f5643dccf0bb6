//! Streams that are written by an async block, as other languages `yield`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

/// Puts items into a stream that [`Sse::produce`](super::Sse::produce) or
/// [`JsonLines::produce`](super::JsonLines::produce) makes
pub struct Emitter<T>(mpsc::Sender<T>);

impl<T> Emitter<T> {
    /// Sends one item; waits until the one before it has been taken
    ///
    /// When the client has left, the whole block is dropped at its next `.await`, this one included.
    pub async fn send(&self, item: impl Into<T>) {
        self.0.send(item.into()).await.ok();
    }
}

impl<T> fmt::Debug for Emitter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emitter")
    }
}

/// The stream of what `block` sends; it runs in the task that reads the stream, and is dropped with it
pub(super) fn produce<T, F, Fut>(block: F) -> impl Stream<Item = T> + Send + 'static
where
    T: Send + 'static,
    F: FnOnce(Emitter<T>) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(1);
    Produced { block: Some(Box::pin(block(Emitter(sender)))), receiver }
}

struct Produced<T> {
    block: Option<BoxFuture<'static, ()>>,
    receiver: mpsc::Receiver<T>,
}

impl<T> Stream for Produced<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if let Some(block) = &mut self.block
            && block.as_mut().poll(cx).is_ready()
        {
            self.block = None; // and with it the sender: the stream ends when it is empty
        }
        self.receiver.poll_recv(cx)
    }
}
