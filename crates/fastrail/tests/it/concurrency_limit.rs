//! Load shedding.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use fastrail::prelude::*;
use futures_util::{StreamExt, future, stream};
use tokio::sync::Semaphore;

#[derive(Clone)]
struct Gate(Arc<Semaphore>);

#[get("/wait")]
async fn wait(gate: State<Gate>) -> &'static str {
    gate.0.0.acquire().await.expect("open").forget();
    "done"
}

#[get("/live")]
async fn live() -> &'static str {
    "alive"
}

/// Lets it go as far as it comes, which is not its end
async fn begin<F: Future>(mut future: Pin<&mut F>) {
    assert!(poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await);
}

#[fastrail::test]
async fn the_excess_is_turned_away_at_once_and_probes_are_answered() {
    let gate = Gate(Arc::new(Semaphore::new(0)));
    let work = Router::new("").middleware(ConcurrencyLimit::new(2)).include(routes![wait]);
    let app = App::new("Shop", "1.0.0")
        .errors(ProblemDetails::new())
        .state(gate.clone())
        .include(work)
        .include(routes![live]);
    let client = TestClient::new(app).await;
    let mut waiting = pin!(future::join(async { client.get("/wait").await }, async { client.get("/wait").await }));
    begin(waiting.as_mut()).await;
    let refused = client.get("/wait").await;
    refused.assert_status(503);
    refused.assert_header("retry-after", "1");
    assert_eq!(refused.json::<Value>()["code"], "overloaded");
    client.get("/live").await.assert_status(200);
    gate.0.add_permits(2);
    let (first, second) = waiting.await;
    first.assert_status(200);
    second.assert_status(200);
    // They have ended, so others are let in.
    gate.0.add_permits(1);
    client.get("/wait").await.assert_status(200);
}

#[get("/stream")]
async fn endless(gate: State<Gate>) -> fastrail::StreamingResponse {
    let gate = gate.0.0.clone();
    let chunks = stream::once(async { "first".to_owned() }).chain(stream::once(async move {
        gate.acquire().await.expect("open").forget();
        "last".to_owned()
    }));
    fastrail::StreamingResponse::new(chunks)
}

#[fastrail::test]
async fn an_answer_counts_until_it_has_been_sent() {
    let gate = Gate(Arc::new(Semaphore::new(0)));
    let limit = ConcurrencyLimit::new(1).retry_after(std::time::Duration::from_millis(1500));
    let limited = Router::new("").middleware(limit).include(routes![endless, live]);
    let app = App::new("Shop", "1.0.0").state(gate.clone()).include(limited);
    let client = TestClient::new(app).await;
    let mut streaming = pin!(async { client.get("/stream").await });
    begin(streaming.as_mut()).await;
    client.get("/live").await.assert_header("retry-after", "2");
    gate.0.add_permits(1);
    streaming.await.assert_status(200);
    client.get("/live").await.assert_status(200);
}
