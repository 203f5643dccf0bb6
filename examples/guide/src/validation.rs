//! Validation: rules that are declared once, enforced and documented.

use std::sync::Arc;

use fastrail::prelude::*;
use fastrail::schema::Issue;

// ANCHOR: model
/// What a client sends to make a user
#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct UserCreate {
    #[schema(min_length = 3, max_length = 20, pattern = "^[a-z0-9_]+$", example = "ada")]
    username: String,
    email: Email,
    #[schema(ge = 18, lt = 150)]
    age: u8,
    #[schema(gt = 0, multiple_of = 0.5)]
    budget: Decimal,
    #[serde(default)]
    #[schema(max_items = 3, min_length = 1)]
    tags: BTreeSet<String>, // the length is that of each tag
    address: Option<Address>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct Address {
    #[schema(min_length = 1)]
    city: String,
}

#[post("/users", status = 201)]
async fn create_user(body: UserCreate) -> UserCreate {
    body
}
// ANCHOR_END: model

// ANCHOR: patch
/// Absent stays, `null` clears, a value sets (RFC 7396)
#[derive(Debug, Default, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
pub struct UserUpdate {
    username: Patch<String>,         // `null` is an error: a user has a name
    nickname: Patch<Option<String>>, // `null` takes it away
}

#[patch("/users/me")]
async fn update_user(body: UserUpdate) -> String {
    match body.nickname.into_option() {
        None => "stays".to_owned(),
        Some(None) => "cleared".to_owned(),
        Some(Some(name)) => format!("now {name}"),
    }
}
// ANCHOR_END: patch

// ANCHOR: validators
/// A range of days
#[derive(Debug, Serialize, Deserialize, Schema)]
#[schema(validate = in_order)]
pub struct Stay {
    from: NaiveDate,
    to: NaiveDate,
    #[schema(trim, validate = no_reserved_name)]
    guest: String,
}

fn no_reserved_name(name: &String) -> Result<(), String> {
    if name == "root" { Err(format!("{name} is reserved")) } else { Ok(()) }
}

/// Runs when every field has fit
fn in_order(stay: &Stay) -> Result<(), Issue> {
    if stay.from < stay.to { Ok(()) } else { Err(Issue::value_error("a stay ends after it begins").at("to")) }
}
// ANCHOR_END: validators

// ANCHOR: async
/// What is taken already; yours asks a database
#[derive(Clone, Default)]
pub struct Taken(Arc<BTreeSet<String>>);

#[derive(Debug, ApiError)]
pub enum TakenError {
    /// The names cannot be looked up
    #[api_error(status = 503, code = "names_down")]
    Down,
}

impl Taken {
    async fn has(&self, name: &str) -> Result<bool, TakenError> {
        if name == "down" { Err(TakenError::Down) } else { Ok(self.0.contains(name)) }
    }
}

/// Runs when everything in the request has fit; what it takes besides the value is taken as by a dependency
#[validator]
async fn name_is_free(name: &str, taken: State<Taken>) -> Result<Result<(), Issue>, TakenError> {
    if taken.has(name).await? {
        return Ok(Err(Issue::new("name_taken", "This name is taken")));
    }
    Ok(Ok(()))
}

/// The names of a team
#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct Team {
    #[schema(trim, min_length = 2, max_length = LONGEST_NAME, validate_async = name_is_free)]
    name: String,
}

/// A rule's bound may be a constant
const LONGEST_NAME: usize = 20;

#[post("/teams")]
async fn create_team(team: Team) -> Team {
    team
}
// ANCHOR_END: async

// ANCHOR: union
/// One of several, told apart by `kind`
#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Payment {
    Card {
        #[schema(pattern = "^[0-9]{16}$")]
        number: String,
    },
    Invoice {
        email: Email,
    },
}

#[post("/stays")]
async fn book(body: Stay) -> Stay {
    body
}

#[post("/payments")]
async fn pay(body: Payment) -> Payment {
    body
}
// ANCHOR_END: union

pub fn app() -> App {
    App::new("Validation", "1.0.0")
        .include(routes![create_user, update_user, book, create_team, pay])
        .state(Taken::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[fastrail::test]
    async fn every_error_of_a_body_is_listed_with_its_place() {
        let client = TestClient::new(app()).await;
        // ANCHOR: wrong
        let body = json!({
            "username": "A", "email": "ada", "age": 17, "budget": "0.3", "tags": ["a", "a"], "address": {},
        });
        let response = client.post("/users").json(&body).await;
        let errors = response.assert_status(422).at("/detail");
        let found: Vec<(&Value, &Value)> =
            errors.as_array().into_iter().flatten().map(|error| (&error["loc"], &error["type"])).collect();
        assert_eq!(
            found,
            [
                (&json!(["body", "username"]), &json!("string_too_short")),
                (&json!(["body", "email"]), &json!("value_error")),
                (&json!(["body", "age"]), &json!("greater_than_equal")),
                (&json!(["body", "budget"]), &json!("multiple_of")),
                (&json!(["body", "tags", 1]), &json!("unique_items")),
                (&json!(["body", "address", "city"]), &json!("missing")),
            ]
        );
        // ANCHOR_END: wrong
    }

    #[fastrail::test]
    async fn validators_and_unions_tell_their_place() {
        let client = TestClient::new(app()).await;
        let stay = json!({ "from": "2026-05-02", "to": "2026-05-01", "guest": " ada " });
        let response = client.post("/stays").json(stay).await;
        assert_eq!(response.assert_status(422).at("/detail/0/loc"), json!(["body", "to"]));
        let stay = json!({ "from": "2026-05-01", "to": "2026-05-02", "guest": " ada " });
        assert_eq!(client.post("/stays").json(stay).await.assert_status(200).at("/guest"), "ada");
        let response = client.post("/payments").json(json!({ "kind": "card", "number": "1" })).await;
        assert_eq!(response.assert_status(422).at("/detail/0/loc"), json!(["body", "card", "number"]));
        client.post("/payments").json(json!({ "kind": "cash" })).await.assert_status(422);
    }

    #[fastrail::test]
    async fn an_async_validator_asks_when_all_else_has_fit() {
        let taken = Taken(Arc::new(BTreeSet::from(["ferris".to_owned()])));
        let client = TestClient::new(app().state(taken)).await;
        let response = client.post("/teams").json(json!({ "name": " ferris " })).await;
        assert_eq!(response.assert_status(422).at("/detail/0/type"), "name_taken");
        assert_eq!(response.at("/detail/0/loc"), json!(["body", "name"]));
        client.post("/teams").json(json!({ "name": "down" })).await.assert_status(503);
        client.post("/teams").json(json!({ "name": "crabs" })).await.assert_status(200);
    }

    #[fastrail::test]
    async fn a_patch_tells_absent_from_null() {
        let client = TestClient::new(app()).await;
        client.patch("/users/me").json(json!({})).await.assert_json("stays");
        client.patch("/users/me").json(json!({ "nickname": null })).await.assert_json("cleared");
        client.patch("/users/me").json(json!({ "nickname": "Countess" })).await.assert_json("now Countess");
        client.patch("/users/me").json(json!({ "username": null })).await.assert_status(422);
    }
}
