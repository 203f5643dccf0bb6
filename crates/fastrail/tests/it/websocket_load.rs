//! A broadcast over real sockets, with one client that does not read.
//!
//! Quick here, with 50 clients; `cargo xtask full` asks for 1,000 through `TEST_LONG=1`, and wants its figures.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fastrail::prelude::*;
use fastrail::websocket::{Connections, WebSockets};
use futures_util::StreamExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::support::Server;

const MESSAGE_BYTES: usize = 4 * 1024;
const QUEUE: usize = 64;

#[websocket("/ws/{id}")]
async fn listen(mut socket: WebSocket, id: usize, State(clients): State<Connections<usize>>) {
    let _member = clients.join(id, &socket);
    while socket.receive().await.is_ok() {}
}

async fn connect(server: &Server, id: usize, receive_buffer: Option<u32>) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().expect("a socket");
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes).expect("a small buffer");
    }
    let stream = socket.connect(server.address).await.expect("it listens");
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let url = format!("ws://localhost/ws/{id}");
    tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await.expect("accepted").0
}

/// Counts what the clients have received
#[derive(Default)]
struct Tally {
    received: AtomicUsize,
    changed: Notify,
}

impl Tally {
    async fn reaches(&self, count: usize) {
        loop {
            let changed = self.changed.notified();
            if self.received.load(Ordering::SeqCst) >= count {
                return;
            }
            changed.await;
        }
    }
}

/// Resident memory of this process, which is server and clients
fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Whether the long form is asked for
#[allow(clippy::disallowed_methods, reason = "tests have no settings; xtask switches the long ones")]
fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

#[fastrail::test]
async fn one_stalled_client_delays_nobody_and_is_closed() {
    let is_long = is_long();
    let readers = if is_long { 999 } else { 49 };
    let clients = Connections::<usize>::new();
    let settings = WebSockets { outbound_messages: QUEUE, ..WebSockets::default() };
    let app = App::new("Load", "1.0.0").websockets(settings).state(clients.clone()).include(routes![listen]);
    let server = Server::start(app).await;

    let before = resident_kib();
    let tally = Arc::new(Tally::default());
    let mut tasks = Vec::new();
    for id in 0..readers {
        let mut socket = connect(&server, id, None).await;
        let tally = Arc::clone(&tally);
        tasks.push(tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if message.is_binary() {
                    tally.received.fetch_add(1, Ordering::SeqCst);
                    tally.changed.notify_waiters();
                }
            }
        }));
    }
    let stalled = connect(&server, readers, Some(2048)).await;
    while clients.len() < readers + 1 {
        tokio::task::yield_now().await;
    }
    let connected = resident_kib();

    let mut times = Vec::new();
    let mut peak = connected;
    while clients.len() > readers {
        assert!(times.len() < 20_000, "the stalled client is never closed");
        let start = Instant::now();
        clients.broadcast(vec![0; MESSAGE_BYTES]).await;
        tally.reaches(readers * (times.len() + 1)).await;
        times.push(start.elapsed());
        peak = peak.max(resident_kib());
    }
    let until_closed = times.len();
    // And on it goes without it.
    assert_eq!(clients.broadcast(vec![0; MESSAGE_BYTES]).await, readers);
    tally.reaches(readers * (until_closed + 1)).await;
    drop(stalled);
    server.stop().await;
    for task in tasks {
        task.await.expect("no panic");
    }
    times.sort_unstable();
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    let grown = peak.saturating_sub(connected);
    if is_long {
        println!(
            "{readers} of {} clients got each of {until_closed} broadcasts of {MESSAGE_BYTES} bytes: median {median:?}, \
             slowest {slowest:?}; the stalled one was closed",
            readers + 1
        );
        println!(
            "memory: {} KiB a connection (client and server), {grown} KiB more at the peak of the broadcasts",
            (connected - before) / (readers + 1)
        );
        assert!(slowest < Duration::from_secs(10), "nobody waited for the stalled one's timeout");
        assert!(grown < 64 * 1024, "memory is bounded: {grown} KiB");
    }
    assert!(until_closed >= QUEUE, "it had its whole queue: {until_closed}");
}
