//! Streams: server-sent events and JSON lines.

use std::time::Duration;

use fastrail::prelude::*;

// ANCHOR: models
#[derive(Serialize, Schema)]
pub struct Item {
    name: String,
}

fn items() -> Vec<Item> {
    ["Plumbus", "Portal Gun"].map(|name| Item { name: name.to_owned() }).into()
}

#[get("/items/stream")]
async fn stream_items() -> Sse<Item> {
    Sse::of(items())
}
// ANCHOR_END: models

// ANCHOR: events
/// A browser that lost the connection says which event it saw last
#[get("/updates")]
async fn updates(#[header] last_event_id: Option<usize>) -> Sse<Event> {
    let seen = last_event_id.map_or(0, |id| id + 1);
    Sse::produce(move |events| async move {
        events.send(Event::of_comment("stream of item updates")).await;
        for (id, item) in items().iter().enumerate().skip(seen) {
            events.send(Event::json(item).event("item_update").id(id).retry(Duration::from_secs(5))).await;
        }
        events.send(Event::text("[DONE]").event("done")).await;
    })
}
// ANCHOR_END: events

// ANCHOR: lines
#[get("/items/lines")]
async fn item_lines() -> JsonLines<Item> {
    JsonLines::of(items())
}
// ANCHOR_END: lines

pub fn app() -> App {
    App::new("Streams", "1.0.0").include(routes![stream_items, updates, item_lines])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn streams_are_what_the_guide_says() {
        let client = TestClient::new(app()).await;
        let plumbus = "{\"name\":\"Plumbus\"}";
        assert!(client.get("/items/stream").await.text().starts_with(&format!("data: {plumbus}\n\n")));
        assert!(client.get("/items/lines").await.text().starts_with(&format!("{plumbus}\n")));
        let answer = client.get("/updates").header("last-event-id", "0").await;
        assert!(answer.text().contains("event: item_update\ndata: {\"name\":\"Portal Gun\"}\nid: 1\nretry: 5000\n\n"));
        assert!(!answer.text().contains("Plumbus"));
    }
}
