//! Dependencies: values that are made for an operation.

use std::sync::{Arc, Mutex};

use fastrail::prelude::*;

// ANCHOR: functions
/// Who calls
#[derive(Clone, Debug)]
pub struct CurrentUser {
    name: String,
}

/// The user whom the bearer token names
#[dependency]
async fn current_user(token: BearerToken, users: Users) -> Result<CurrentUser, AuthError> {
    users.find(token.expose()).ok_or(AuthError::TokenInvalid)
}

#[derive(ApiError)]
pub enum AuthError {
    /// The token is not valid
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = "Bearer"))]
    TokenInvalid,
    /// You may not do this
    #[api_error(status = 403, code = "forbidden")]
    Forbidden,
}

#[get("/me")]
async fn read_me(user: CurrentUser) -> String {
    user.name
}
// ANCHOR_END: functions

// ANCHOR: structs
/// A struct whose fields are its dependencies
#[derive(Clone, Dependency)]
pub struct Users {
    database: State<Database>,
}

impl Users {
    fn find(&self, token: &str) -> Option<CurrentUser> {
        (token == self.database.token).then(|| CurrentUser { name: "ada".to_owned() })
    }
}
// ANCHOR_END: structs

// ANCHOR: state
#[derive(Clone)]
pub struct Database {
    token: String,
    log: Arc<Mutex<Vec<String>>>,
}

async fn connect(lifespan: Lifespan) -> Result<()> {
    let database = Database { token: "secret".to_owned(), log: Arc::default() };
    lifespan.provide(database.clone());
    lifespan.on_shutdown(async move { database.write("closed") });
    Ok(())
}
// ANCHOR_END: state

impl Database {
    fn write(&self, line: &str) {
        if let Ok(mut log) = self.log.lock() {
            log.push(line.to_owned());
        }
    }
}

// ANCHOR: teardown
#[derive(Clone)]
pub struct Session {
    database: Database,
}

/// A session: committed when the operation succeeds, rolled back when it fails
#[dependency(teardown = finish)]
async fn session(database: State<Database>) -> Session {
    Session { database: database.0 }
}

async fn finish(session: Session, outcome: Outcome) -> Result<(), Error> {
    session.database.write(if outcome.is_success() { "commit" } else { "rollback" });
    Ok(())
}

#[post("/orders/{count}")]
async fn order(#[path(le = 10)] count: u32, session: Session) -> Result<String, Error> {
    if count == 0 {
        return Err(Error::new(409, "Nothing to order"));
    }
    drop(session);
    Ok(format!("{count} ordered"))
}
// ANCHOR_END: teardown

// ANCHOR: after_response
/// A cursor that the answer is read from
#[derive(Clone)]
pub struct Cursor {
    database: Database,
}

#[dependency(after_response = close)]
async fn cursor(database: State<Database>) -> Cursor {
    Cursor { database: database.0 }
}

async fn close(cursor: Cursor, outcome: Outcome) {
    cursor.database.write(if outcome.is_success() { "sent" } else { "broken off" });
}

#[get("/export")]
async fn export(cursor: Cursor) -> String {
    cursor.database.write("read");
    "1,fork".to_owned()
}
// ANCHOR_END: after_response

// ANCHOR: cache
/// Its number, another one at each use
#[derive(Clone)]
pub struct Ticket(usize);

#[dependency(cache = false)]
async fn ticket(database: State<Database>) -> Ticket {
    database.write("ticket");
    Ticket(database.log.lock().map_or(0, |log| log.len()))
}

#[get("/tickets")]
async fn tickets(one: Ticket, two: Ticket, #[depends(cache = false)] _own: Users) -> Vec<usize> {
    vec![one.0, two.0]
}
// ANCHOR_END: cache

// ANCHOR: join
#[derive(Clone)]
pub struct Weather(&'static str);

#[derive(Clone)]
pub struct Traffic(&'static str);

#[dependency]
async fn weather() -> Weather {
    Weather("sunny") // from one service
}

#[dependency]
async fn traffic() -> Traffic {
    Traffic("dense") // from another one
}

#[get("/morning")]
async fn morning(Join((weather, traffic)): Join<(Weather, Traffic)>) -> String {
    format!("{}, {}", weather.0, traffic.0)
}
// ANCHOR_END: join

// ANCHOR: parameterised
/// The caller has this name
#[dependency(scopes = name)]
async fn requires(#[parameter] name: &'static str, user: CurrentUser) -> Result<(), AuthError> {
    if user.name == name { Ok(()) } else { Err(AuthError::Forbidden) }
}

#[get("/diary", requires("ada"))]
async fn diary() -> &'static str {
    "dear diary"
}

#[get("/vault")]
async fn vault() -> &'static str {
    "gold"
}

fn admin() -> Router {
    Router::new("/admin").depends(depends![requires("grace")]).include(routes![vault])
}
// ANCHOR_END: parameterised

pub fn app() -> App {
    App::new("Dependencies", "1.0.0")
        .lifespan(connect)
        .include(routes![read_me, order, diary, export, tickets, morning])
        .include(admin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn a_token_leads_to_its_user() {
        let client = TestClient::new(app()).await;
        client.get("/me").await.assert_status(401);
        client.get("/me").bearer("wrong").await.assert_status(401);
        client.get("/me").bearer("secret").await.assert_json("ada");
        client.get("/diary").bearer("secret").await.assert_json("dear diary");
        client.get("/admin/vault").bearer("secret").await.assert_status(403);
    }

    #[fastrail::test]
    async fn both_are_there() {
        let client = TestClient::new(app()).await;
        client.get("/morning").await.assert_json("sunny, dense");
    }

    async fn with_own_database() -> (TestClient, Database) {
        let database = Database { token: String::new(), log: Arc::default() };
        let provided = database.clone();
        let app = app().override_dependency(move || {
            let database = provided.clone();
            async { Ok(database) }
        });
        (TestClient::new(app).await, database)
    }

    #[fastrail::test]
    async fn an_after_response_sees_that_all_was_sent() {
        let (client, database) = with_own_database().await;
        client.get("/export").await.assert_json("1,fork");
        assert_eq!(*database.log.lock().expect("the log"), ["read", "sent"]);
    }

    #[fastrail::test]
    async fn each_use_has_a_ticket_of_its_own() {
        let (client, _database) = with_own_database().await;
        client.get("/tickets").await.assert_status(200).assert_json(serde_json::json!([1, 2]));
    }

    #[fastrail::test]
    async fn a_teardown_sees_the_outcome() {
        let (client, database) = with_own_database().await;
        client.post("/orders/2").await.assert_status(200);
        client.unchecked().post("/orders/0").await.assert_status(409);
        client.post("/orders/11").await.assert_status(422); // no session was made
        assert_eq!(*database.log.lock().expect("the log"), ["commit", "rollback"]);
    }
}
