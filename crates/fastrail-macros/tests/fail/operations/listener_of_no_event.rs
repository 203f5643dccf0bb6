//! Listeners whose first argument is no event: one owns it, one's type is none.

use std::sync::Arc;

use fastrail::prelude::*;

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct UserRegistered;

#[derive(Debug, Serialize, Deserialize)]
struct User;

#[on_event]
async fn greet(event: UserRegistered) {
    let _ = event;
}

#[on_event]
async fn count(user: Arc<User>) {
    let _ = user;
}

fn main() {
    let _ = App::new("Shop", "1.0.0").listeners(listeners![greet, count]);
}
