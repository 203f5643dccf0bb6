//! Work after the answer.

use fastrail::prelude::*;
use std::sync::{Arc, Mutex};

/// Where the samples write
#[derive(Clone, Default)]
pub struct Log(pub Arc<Mutex<Vec<String>>>);

impl Log {
    fn write(&self, line: String) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
    }
}

// ANCHOR: add
#[post("/send-notification/{email}")]
async fn send_notification(email: String, tasks: BackgroundTasks, log: State<Log>) -> &'static str {
    tasks.add(async move { log.write(format!("message to {email}")) });
    "Notification sent in the background"
}
// ANCHOR_END: add

// ANCHOR: dependency
#[derive(Clone)]
pub struct Query(pub Option<String>);

#[dependency]
async fn query(#[query] q: Option<String>, tasks: BackgroundTasks, log: State<Log>) -> Query {
    if let Some(q) = q.clone() {
        tasks.add_blocking(move || log.write(format!("found query: {q}")));
    }
    Query(q)
}

#[get("/search")]
async fn search(query: Query) -> Option<String> {
    query.0
}
// ANCHOR_END: dependency

// ANCHOR: outcome
#[post("/orders")]
async fn order(#[query] works: bool, tasks: BackgroundTasks, log: State<Log>) -> Result<()> {
    tasks.add_with_outcome(move |outcome| async move { log.write(format!("{outcome:?}")) });
    if works { Ok(()) } else { Err(Error::new(409, "sold out")) }
}
// ANCHOR_END: outcome

pub fn app(log: Log) -> App {
    App::new("Background", "1.0.0").state(log).include(routes![send_notification, search, order])
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[fastrail::test]
    async fn a_notification_is_sent() {
        let log = Log::default();
        let client = TestClient::new(app(log.clone())).await;
        client.post("/send-notification/a@b").await.assert_status(200);
        client.background_done().await;
        assert_eq!(*log.0.lock().expect("no panic"), ["message to a@b"]);
    }
    // ANCHOR_END: test

    #[fastrail::test]
    async fn the_outcome_is_known() {
        let log = Log::default();
        let client = TestClient::new(app(log.clone())).await.unchecked();
        client.get("/search?q=x").await.assert_json("x");
        client.background_done().await;
        client.post("/orders?works=false").await.assert_status(409);
        client.background_done().await;
        assert_eq!(*log.0.lock().expect("no panic"), ["found query: x", "Failure(409)"]);
    }
}
