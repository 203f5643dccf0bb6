//! Serving: deadlines, limits, proxies, restarts.

use std::time::Duration;

use fastrail::prelude::*;
use fastrail::serve::{ConnectionLimits, Deadlines};
use fastrail::{Limits, OwnedRequestInfo, Serve, TrustedProxies};

// ANCHOR: routes
/// Takes up to 16 MiB, and may take five minutes
#[post("/reports", max_body_bytes = 16 << 20, timeout = "5m")]
async fn import_report(body: Vec<u32>) -> usize {
    body.len()
}

/// Waits for the next event as long as it takes
#[get("/events/next", timeout = "none")]
async fn next_event() -> String {
    "something happened".to_owned()
}
// ANCHOR_END: routes

// ANCHOR: client
/// Where the client is, also behind a proxy
#[get("/where")]
async fn read_where(request: OwnedRequestInfo) -> String {
    let address = request.client_addr().map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    format!("{address} by {}", request.scheme())
}
// ANCHOR_END: client

// ANCHOR: app
pub fn app() -> Result<App, String> {
    let limits =
        Limits { max_body_bytes: 64 * 1024, request_timeout: Some(Duration::from_secs(10)), ..Limits::default() };
    Ok(App::new("Serving", "1.0.0")
        .include(routes![import_report, next_event, read_where])
        .limits(limits)
        .trusted_proxies(TrustedProxies::parse(["10.0.0.0/8", "unix"])?))
}
// ANCHOR_END: app

// ANCHOR: server
pub fn server(app: App) -> Serve {
    fastrail::serve(app)
        .bind("0.0.0.0:8000")
        .deadlines(Deadlines { keep_alive: Duration::from_secs(620), ..Deadlines::default() })
        .limits(ConnectionLimits { max_connections: 50_000, ..ConnectionLimits::default() })
        .hand_over("/run/shop/next")
        .drain_timeout(Duration::from_secs(25))
}
// ANCHOR_END: server

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[fastrail::test]
    async fn only_a_trusted_proxy_is_believed() {
        let client = TestClient::new(app().expect("networks")).await.with_header("x-forwarded-for", "203.0.113.7");
        let from = |address: &str| client.with_peer(address.parse().expect("an address"));
        from("10.0.0.1:4711").get("/where").await.assert_json("203.0.113.7 by http");
        from("198.51.100.9:4711").get("/where").await.assert_json("198.51.100.9 by http");
    }
    // ANCHOR_END: test

    #[fastrail::test]
    async fn a_route_has_a_limit_of_its_own() {
        let client = TestClient::new(app().expect("networks")).await;
        client.post("/reports").json(vec![1; 100_000]).await.assert_json(100_000);
        client.get("/events/next").await.assert_json("something happened");
        let _configured = server(app().expect("networks"));
    }
}
