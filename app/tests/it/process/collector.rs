//! Something that takes what is sent to an OpenTelemetry collector, and keeps every byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Dropped, it goes on until the tests end.
#[derive(Clone, Default)]
pub(super) struct Collector {
    received: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Listens on a free port; the endpoint for `OTEL__ENDPOINT`.
    pub(super) fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let collector = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (collector, stream) = (collector.clone(), stream.unwrap());
                std::thread::spawn(move || collector.serve(&stream));
            }
        });
        endpoint
    }

    /// Heads and bodies so far. Protobuf writes texts as they are, so what is in a span can be looked for.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap()).into_owned()
    }

    /// Answers each request when its body is here.
    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head).unwrap_or_default() == 0 {
                    return;
                }
            }
            let lower = head.to_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let mut received = self.received.lock().unwrap();
            received.extend_from_slice(head.as_bytes());
            received.append(&mut body);
            drop(received);
            (&mut &*stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
    }
}
