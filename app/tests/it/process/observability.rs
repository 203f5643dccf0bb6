//! Metrics on a port of their own, traces to a collector, a log file: as the binary is set up.

use std::io::Write;
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use super::backend::{Answer, Backend};
use super::collector::Collector;

/// A port that was free a moment ago.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What is read on the port of the metrics.
pub(super) fn metrics_of(port: u16) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
    Answer::read(&mut stream).expect(200)
}

#[test]
fn metrics_have_a_port_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let backend = Backend::start(folder.path(), &[("METRICS__PORT", &port.to_string())]);
    backend.get("/health/live", "").expect(200);
    backend.get("/metrics", "").expect(404);
    let page = metrics_of(port);
    let live = "http_requests_total{method=\"GET\",route=\"/health/live\",status=\"2xx\"} 1";
    assert!(page.body.contains(live), "{}", page.body);
    backend.stop();
}

#[test]
fn a_collector_that_is_away_or_silent_holds_nothing_up() {
    // This one takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for port in [free_port(), silent.local_addr().unwrap().port()] {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = format!("http://127.0.0.1:{port}");
        let backend = Backend::start(folder.path(), &[("OTEL__ENDPOINT", &endpoint), ("LOG_FORMAT", "json")]);
        for _ in 0..200 {
            backend.get("/health/live", "").expect(200);
        }
        let (stdout, _) = backend.stop();
        let lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.iter().filter(|line| line["trace_id"].is_string()).count() >= 200, "{stdout}");
    }
}

#[test]
fn spans_are_sent_before_the_process_ends() {
    let collector = Collector::default();
    let endpoint = collector.start();
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), &[("OTEL__ENDPOINT", &endpoint)]);
    backend.get("/health/live", "").expect(200);
    backend.stop();
    assert!(collector.text().starts_with("POST /v1/traces HTTP/1.1\r\n"));
}

#[test]
fn the_access_log_names_the_user_by_id_and_goes_to_a_file_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("LOG_FILE", "logs/backend.log"),
        ("LOG_FORMAT", "pretty"),
        ("FIRST_ADMIN_EMAIL", "root@example.com"),
        ("FIRST_ADMIN_PASSWORD", "staple of an administrator"),
    ];
    let backend = Backend::start(folder.path(), &settings);
    let token = backend.login("root@example.com", "staple of an administrator").expect(200).text("access_token");
    let me = backend.get("/api/v1/users/me", &token).expect(200);
    let (stdout, _) = backend.stop();
    let file = std::fs::read_to_string(folder.path().join("logs/backend.log")).unwrap();
    let lines: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["path"] == "/api/v1/users/me").unwrap();
    assert_eq!((&line["principal"], &line["client"]), (&json!(me.text("id")), &json!("127.0.0.1")));
    assert!(stdout.contains("fastrail::access: answered method=GET path=/api/v1/users/me"), "{stdout}");
}
