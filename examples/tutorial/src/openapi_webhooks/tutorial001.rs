//! What the API sends by itself.

use fastrail::prelude::*;

#[derive(Deserialize, Schema)]
struct Subscription {
    username: String,
    monthly_fee: f64,
    start_date: DateTime<Utc>,
}

#[post(
    "new-subscription",
    description = "When a new user subscribes to your service we'll send you a POST request with this\n\
        data to the URL that you register for the event `new-subscription` in the dashboard."
)]
fn new_subscription(body: Subscription) -> Value;

#[get("/users/")]
fn read_users() -> Value {
    json!(["Rick", "Morty"])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").webhooks(routes![new_subscription]).include(routes![read_users])
}
