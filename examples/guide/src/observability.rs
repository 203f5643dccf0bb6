//! What an operator sees: lines of the log, metrics, traces, and who has called.

use fastrail::observability::metrics::metrics_router;
use fastrail::observability::{LogFile, Logging, LoggingGuard, Metrics, Principal, Traces, outgoing_headers};
use fastrail::prelude::*;

// ANCHOR: logging
/// The first line of `main`: `let _guard = start_logging()?;`
pub fn start_logging() -> Result<LoggingGuard> {
    Logging::new().filter("info,sqlx=warn").file(LogFile::new("logs/shop.log").daily().keep(7)).start()
}
// ANCHOR_END: logging

// ANCHOR: traces
pub fn start_with_traces() -> Result<LoggingGuard> {
    let traces = Traces::to("http://localhost:4318").service("shop", "1.0.0").sample_ratio(0.1);
    Logging::new().traces(traces).start()
}
// ANCHOR_END: traces

// ANCHOR: principal
#[derive(Clone)]
struct User {
    id: i64,
}

#[dependency]
async fn current_user(token: BearerToken, principal: Principal) -> Result<User> {
    let id = token.expose().parse().map_err(|_| Error::new(401, "Unknown token"))?;
    principal.note(id);
    Ok(User { id })
}
// ANCHOR_END: principal

// ANCHOR: outgoing
#[get("/price")]
async fn read_price(_user: User) -> StatusCode {
    // For any client: `reqwest::Client::get(url).headers(outgoing_headers())`.
    let _headers: HeaderMap = outgoing_headers();
    StatusCode::OK
}
// ANCHOR_END: outgoing

// ANCHOR: metrics
pub fn app() -> App {
    let metrics = Metrics::new();
    let placed = metrics.counter("orders_placed_total", "Orders that were placed", &[]);
    App::new("Shop", "1.0.0").metrics(metrics).state(placed).include(routes![place_order, read_price])
}

#[post("/orders")]
async fn place_order(placed: State<fastrail::observability::metrics::Counter>) -> StatusCode {
    placed.add(1);
    StatusCode::CREATED
}
// ANCHOR_END: metrics

// ANCHOR: port
pub async fn serve() -> Result<()> {
    fastrail::serve(app()).metrics_at("127.0.0.1:9464").await
}
// ANCHOR_END: port

// ANCHOR: page
#[dependency]
async fn admin(user: User) -> Result<()> {
    if user.id == 1 { Ok(()) } else { Err(Error::new(403, "Administrators only")) }
}

pub fn app_with_page() -> App {
    app().include(metrics_router().depends(depends![admin]))
}
// ANCHOR_END: page

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn the_page_is_for_administrators_and_counts() {
        let client = TestClient::new(app_with_page()).await;
        client.post("/orders").await.assert_status(201);
        client.with_bearer("7").get("/price").await.assert_status(200);
        client.with_bearer("7").get("/metrics").await.assert_status(403);
        let page = client.with_bearer("1").get("/metrics").await;
        assert!(page.text().contains("\norders_placed_total 1\n"), "{}", page.text());
    }
}
