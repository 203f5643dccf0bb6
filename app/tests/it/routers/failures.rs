//! What fails after the operation has written: a commit, a panic, a full queue, a busy database. Nothing is mocked.

use std::future::Future;
use std::task::{Context, Waker};

use app::dependencies::permissions::requires;
use app::dependencies::services::ItemWriter;
use app::errors::WriteProblem;
use app::repositories::DatabaseError;
use app::schemas::items::ItemOut;
use app::services::items::NewItem;
use app::services::principal::CurrentUser;
use fastrail::prelude::*;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde_json::json;

use crate::support::{Answer, Backend, PASSWORD, TestApi, form, make_item, password_grant};

/// Makes every commit fail that has touched a table: a child without its parent, which the
/// database looks for at the commit.
async fn break_commits(api: &TestApi, table: &str) {
    api.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)").await;
    api.execute("CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)").await;
    if Backend::current() == Backend::Postgres {
        let body = "BEGIN INSERT INTO children VALUES (1); RETURN NULL; END";
        api.execute(&format!("CREATE FUNCTION orphan() RETURNS trigger LANGUAGE plpgsql AS '{body}'")).await;
    }
    let body = Backend::pick("BEGIN INSERT INTO children VALUES (1); END", "FOR EACH ROW EXECUTE FUNCTION orphan()");
    for event in ["INSERT", "UPDATE"] {
        api.execute(&format!("CREATE TRIGGER orphan_at_{event} AFTER {event} ON {table} {body}")).await;
    }
}

/// From now on commits work again.
async fn mend_commits(api: &TestApi) {
    api.execute("INSERT INTO parents VALUES (1)").await;
}

#[fastrail::test]
async fn a_commit_that_fails_is_no_success_for_items() {
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    let item = make_item(&ada, "Fork").await;
    let path = format!("/api/v1/items/{}", item["id"].as_str().unwrap());
    break_commits(&api, "items").await;
    for _ in 0..3 {
        let made = ada.post("/api/v1/items").json(json!({ "name": "Spoon", "price": "1" })).await;
        made.assert_problem(409, "conflict");
        assert_eq!(made.header("location"), None);
        ada.patch(&path).json(json!({ "name": "Spoon" })).await.assert_problem(409, "conflict");
        ada.delete(&path).await.assert_problem(409, "conflict");
        ada.get(&path).await.assert_status(200).assert_json(&item);
        assert_eq!(api.count("items").await, 1);
    }
    mend_commits(&api).await;
    ada.post("/api/v1/items").json(json!({ "name": "Spoon", "price": "1" })).await.assert_status(201);
    ada.delete(&path).await.assert_status(204);
}

#[fastrail::test]
async fn a_commit_that_fails_is_no_success_for_users() {
    let api = TestApi::new().await;
    let (ada, admin) = (api.as_user("ada").await, api.as_admin().await);
    let path = format!("/api/v1/users/{}", api.id_of("ada").await);
    break_commits(&api, "users").await;
    let bob = json!({ "email": "bob@example.com", "username": "bob", "password": PASSWORD });
    api.client.post("/api/v1/auth/register").json(&bob).await.assert_problem(409, "conflict");
    admin.post("/api/v1/users").json(&bob).await.assert_problem(409, "conflict");
    ada.patch("/api/v1/users/me").json(json!({ "full_name": "Ada" })).await.assert_problem(409, "conflict");
    ada.delete("/api/v1/users/me").await.assert_problem(409, "conflict");
    admin.patch(&path).json(json!({ "is_active": false })).await.assert_problem(409, "conflict");
    admin.delete(&path).await.assert_problem(409, "conflict");
    assert_eq!(api.count("users").await, 2);
    assert_eq!(ada.get("/api/v1/users/me").await.assert_status(200).at("/full_name"), json!(null));
    mend_commits(&api).await;
    admin.delete(&path).await.assert_status(204);
}

#[fastrail::test]
async fn a_commit_that_fails_gives_no_tokens_and_ends_no_login() {
    let api = TestApi::new().await;
    let pair: serde_json::Value = password_grant(&api.client, "admin", PASSWORD).await.assert_status(200).json();
    let admin = api.client.with_bearer(pair["access_token"].as_str().unwrap());
    break_commits(&api, "sessions").await;
    password_grant(&api.client, "admin", PASSWORD).await.assert_oauth(500, "server_error");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", pair["refresh_token"].as_str().unwrap())];
    form(&api.client, &refresh).await.assert_oauth(500, "server_error");
    admin.post("/api/v1/auth/logout").await.assert_problem(409, "conflict");
    admin.get("/api/v1/users/me").await.assert_status(200);
    assert_eq!(api.count("sessions").await, 1);
    mend_commits(&api).await;
    form(&api.client, &refresh).await.assert_status(200);
    admin.post("/api/v1/auth/logout").await.assert_status(204);
}

fn spoon() -> Result<NewItem> {
    let (name, price) = ("Spoon".parse().map_err(Error::internal)?, "1".parse().map_err(Error::internal)?);
    Ok(NewItem { name, price, description: None, tags: Default::default() })
}

/// Makes an item and panics
#[post("/test/panic", requires("items:write"))]
async fn write_and_panic(user: CurrentUser, items: ItemWriter) -> Result<ItemOut> {
    items.create(&user, spoon()?).await.map_err(Error::internal)?;
    panic!("the password is {PASSWORD}")
}

/// Makes an item and fails
#[post("/test/fail", requires("items:write"))]
async fn write_and_fail(user: CurrentUser, items: ItemWriter) -> Result<ItemOut, WriteProblem> {
    items.create(&user, spoon().map_err(|_| DatabaseError::Aborted)?).await?;
    Err(DatabaseError::Stale.into())
}

#[fastrail::test]
async fn a_panic_rolls_back_and_the_server_lives_on() {
    let api = TestApi::with(|app| app.include(routes![write_and_panic, write_and_fail])).await;
    let ada = api.as_user("ada").await;
    for _ in 0..3 {
        let answer = ada.post("/test/panic").await;
        answer.assert_problem(500, "internal_error");
        assert!(!answer.text().contains(PASSWORD), "{answer:?}");
        ada.post("/test/fail").await.assert_problem(409, "changed_meanwhile");
        assert_eq!(api.count("items").await, 0);
    }
    make_item(&ada, "Fork").await;
    assert_eq!(api.count("items").await, 1);
}

#[fastrail::test]
async fn a_write_that_waits_too_long_is_503_and_reads_go_on() {
    // What a second writer waits for is the connection on SQLite, and the other's lock on Postgres.
    let setting = Backend::pick("DATABASE__ACQUIRE_TIMEOUT", "DATABASE__BUSY_TIMEOUT");
    let api = TestApi::with_settings(&[(setting, "100ms")]).await;
    let ada = api.as_user("ada").await;
    let other = api.test.app.database.session();
    crate::support::create_row(&other, "bob").await;
    if Backend::current() == Backend::Postgres {
        other.execute_unprepared("LOCK TABLE items, sessions IN SHARE MODE").await.unwrap();
    }
    let busy = ada.post("/api/v1/items").json(json!({ "name": "Fork", "price": "1" })).await;
    busy.assert_problem(503, "database_unavailable");
    busy.assert_header("retry-after", "1");
    let login = password_grant(&api.client, "admin", PASSWORD).await;
    login.assert_oauth(503, "temporarily_unavailable");
    login.assert_header("retry-after", "1");
    ada.get("/api/v1/items").await.assert_status(200);
    other.rollback().await.unwrap();
    make_item(&ada, "Fork").await;
}

#[fastrail::test]
async fn passwords_beyond_the_queue_are_turned_away() {
    let own = [("AUTH__PASSWORD_HASH_CONCURRENCY", "1"), ("AUTH__PASSWORD_HASH_QUEUE", "1")];
    let api = TestApi::with_settings(&own).await;
    let hasher = &api.test.app.passwords;
    let nobodys = SecretString::from("x");
    let check = || Box::pin(hasher.verify(&nobodys, None));
    let mut context = Context::from_waker(Waker::noop());
    // The first one runs, the second gets its turn and does not take it, the third waits.
    let (mut runs, mut dawdles, mut waits) = (check(), check(), check());
    assert!(runs.as_mut().poll(&mut context).is_pending());
    assert!(dawdles.as_mut().poll(&mut context).is_pending());
    runs.await.unwrap();
    assert!(waits.as_mut().poll(&mut context).is_pending());

    let login = password_grant(&api.client, "admin", PASSWORD).await;
    login.assert_oauth(503, "temporarily_unavailable");
    login.assert_header("retry-after", "1");
    let bob = json!({ "email": "bob@example.com", "username": "bob", "password": PASSWORD });
    let register = api.client.post("/api/v1/auth/register").json(&bob).await;
    register.assert_problem(503, "overloaded");
    register.assert_header("retry-after", "1");
    drop((dawdles, waits));
    password_grant(&api.client, "admin", PASSWORD).await.assert_status(200);
}

#[fastrail::test]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    if !Backend::is_wanted(Backend::Sqlite, "only SQLite can be told how large its file may get") {
        return;
    }
    let api = TestApi::new().await;
    let ada = api.as_user("ada").await;
    let item = || json!({ "name": "Fork", "price": "1", "description": "x".repeat(900) });
    // There is one connection that writes, so it is told for all.
    api.execute("PRAGMA max_page_count = 1").await;
    let mut made = 0;
    let refused = loop {
        let answer = ada.post("/api/v1/items").json(item()).await;
        if answer.status() != 201 {
            break answer;
        }
        made += 1;
    };
    refused.assert_problem(503, "storage_full");
    refused.assert_header("retry-after", "60");
    assert_eq!(ada.get("/api/v1/items").await.assert_status(200).at("/total"), made);
    api.execute("PRAGMA max_page_count = 1000000").await;
    ada.post("/api/v1/items").json(item()).await.assert_status(201);
}
