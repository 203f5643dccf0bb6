//! Events: one operation tells what has happened, any number of listeners hear it.

use std::sync::{Arc, Mutex};

use fastrail::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Mutex<Vec<String>>>);

impl Outbox {
    fn send(&self, text: String) {
        self.0.lock().expect("no panic").push(text);
    }
}

// ANCHOR: emit
/// Somebody has got an account
#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct UserRegistered {
    name: String,
}

#[post("/users/{name}", status = 201)]
async fn register(name: String, events: EventBus) {
    events.emit(UserRegistered { name });
}
// ANCHOR_END: emit

// ANCHOR: hear
#[on_event]
async fn greet(event: Arc<UserRegistered>, outbox: State<Outbox>) -> Result<(), MailError> {
    if event.name.is_empty() {
        return Err(MailError::NoAddress);
    }
    outbox.send(format!("Welcome, {}", event.name));
    Ok(())
}

#[on_event]
fn log(event: Arc<UserRegistered>) {
    println!("{} is here", event.name);
}

pub fn app(outbox: Outbox) -> App {
    App::new("Shop", "1.0.0").state(outbox).include(routes![register]).listeners(listeners![greet, log])
}
// ANCHOR_END: hear

#[derive(Debug)]
enum MailError {
    NoAddress,
}

impl std::fmt::Display for MailError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("there is no address to write to")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[fastrail::test]
    async fn a_new_user_is_greeted() {
        let outbox = Outbox::default();
        let client = TestClient::new(app(outbox.clone())).await;
        client.post("/users/ada").await.assert_status(201);
        client.background_done().await;
        assert_eq!(*outbox.0.lock().expect("no panic"), ["Welcome, ada"]);
    }
    // ANCHOR_END: test
}
