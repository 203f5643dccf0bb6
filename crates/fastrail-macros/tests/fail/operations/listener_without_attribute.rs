//! A fn that is listed as a listener and is none.

use std::sync::Arc;

use fastrail::prelude::*;

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct UserRegistered;

async fn greet(_: Arc<UserRegistered>) {}

fn main() {
    let _ = App::new("Shop", "1.0.0").listeners(listeners![greet]);
}
