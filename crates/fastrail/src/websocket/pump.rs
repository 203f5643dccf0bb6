//! The task that owns a connection: it reads, writes, pings, and says goodbye.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Error as Broken};
use tokio_util::sync::CancellationToken;

use super::link::Link;
use super::{Close, Message, WebSockets};

/// One connection
pub(super) struct Pump {
    pub(super) stream: WebSocketStream<TokioIo<Upgraded>>,
    pub(super) inbound: mpsc::Sender<Message>,
    pub(super) outbound: mpsc::Receiver<tungstenite::Message>,
    pub(super) link: std::sync::Arc<Link>,
    pub(super) stopping: CancellationToken,
    pub(super) settings: WebSockets,
}

/// What one turn came to
type Turn = Result<(), Close>;

impl Pump {
    /// Runs until the connection has ended
    pub(super) async fn run(mut self) {
        let link = std::sync::Arc::clone(&self.link);
        let ended = tokio::select! {
            biased;
            () = link.abort.cancelled() => Close::broken("the client does not read"),
            ended = self.talk() => ended,
        };
        if ended.code == 1006 {
            tracing::debug!(reason = ended.reason, "a WebSocket broke off");
        }
        // Noted before the queues close, so that whoever waits on them learns why.
        link.end(ended);
    }

    async fn talk(&mut self) -> Close {
        let every = self.settings.ping_every.max(Duration::from_millis(1));
        let mut ping = interval_at(Instant::now() + every, every);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let (stopping, inbound) = (self.stopping.clone(), self.inbound.clone());
        let link = std::sync::Arc::clone(&self.link);
        loop {
            // The fn's queue is full: not reading is what slows the client down.
            let has_room = inbound.is_closed() || inbound.capacity() > 0;
            let turn = tokio::select! {
                () = stopping.cancelled() => return self.say_goodbye(Close::new(1001, "the server is stopping")).await,
                () = link.goodbye_said.cancelled() => return self.say_goodbye(link.goodbye()).await,
                Some(message) = self.outbound.recv() => self.write(message).await,
                _ = inbound.reserve(), if !has_room => { heard = Instant::now(); Ok(()) }
                read = self.stream.next(), if has_room => { heard = Instant::now(); self.take(read).await }
                _ = ping.tick() => {
                    if has_room && heard.elapsed() >= 2 * every {
                        return Close::broken("the client answers no ping");
                    }
                    self.write(tungstenite::Message::Ping(bytes::Bytes::new())).await
                }
            };
            if let Err(close) = turn {
                return close;
            }
        }
    }

    /// Writes one message, in the time that one may take
    async fn write(&mut self, message: tungstenite::Message) -> Turn {
        match timeout(self.settings.send_timeout, self.stream.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Close::broken(error.to_string())),
            Err(_) => Err(Close::broken("the client does not read")),
        }
    }

    /// Takes what was read
    async fn take(&mut self, read: Option<Result<tungstenite::Message, Broken>>) -> Turn {
        match read {
            Some(Ok(tungstenite::Message::Close(frame))) => {
                self.wait_for_the_end(true).await; // the answer to it leaves while we read
                Err(frame.map_or(Close { code: 1005, reason: String::new() }, |frame| Close {
                    code: frame.code.into(),
                    reason: frame.reason.as_str().to_owned(),
                }))
            }
            Some(Ok(message)) => {
                if let Some(message) = Message::of(message) {
                    // There is room, or nobody listens any more.
                    self.inbound.try_send(message).ok();
                }
                Ok(())
            }
            Some(Err(error)) => Err(match refusal(&error) {
                Some((code, reason)) => self.say_goodbye(Close::new(code, reason)).await,
                None => Close::broken(error.to_string()),
            }),
            None => Err(Close::broken("the client left")),
        }
    }

    /// Sends what is queued and a close frame, and waits for the client's
    async fn say_goodbye(&mut self, close: Close) -> Close {
        self.outbound.close();
        while let Ok(message) = self.outbound.try_recv() {
            if let Err(broken) = self.write(message).await {
                return broken;
            }
        }
        let frame = CloseFrame { code: close.code.into(), reason: close.reason.clone().into() };
        if let Err(broken) = self.write(tungstenite::Message::Close(Some(frame))).await {
            return broken;
        }
        self.wait_for_the_end(false).await;
        close
    }

    /// Reads and drops what is still under way, so that the close handshake ends; `answered`: the client's close frame
    /// has come
    async fn wait_for_the_end(&mut self, mut answered: bool) {
        let end = async {
            while let Some(Ok(message)) = self.stream.next().await {
                answered |= message.is_close();
            }
            if answered {
                return;
            }
            // What comes are no frames any more. Closing over it would reset the connection, and our close frame would
            // be lost with it (RFC 6455 §7.1.1).
            let stream = self.stream.get_mut();
            stream.shutdown().await.ok();
            let mut waste = [0; 1024];
            while let Ok(1..) = stream.read(&mut waste).await {}
        };
        timeout(self.settings.close_timeout, end).await.ok();
    }
}

/// The close code for what a client may not send
fn refusal(error: &Broken) -> Option<(u16, &'static str)> {
    match error {
        Broken::Capacity(_) => Some((1009, "the message is too large")),
        Broken::Utf8(_) => Some((1007, "the text is no UTF-8")),
        Broken::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        Broken::Protocol(_) => Some((1002, "the frame breaks the protocol")),
        _ => None,
    }
}
