//! Rotation of refresh tokens.

use app::services::authentication::{AuthenticationError, TokenPair};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinSet;

use crate::support::{Backend, TestApplication, settings_with};

async fn refresh(test: &TestApplication, token: &SecretString) -> Result<TokenPair, AuthenticationError> {
    test.app.authentication.refresh(token).await
}

fn refused(outcome: &Result<TokenPair, AuthenticationError>) -> bool {
    matches!(outcome, Err(AuthenticationError::InvalidGrant))
}

fn same(a: &TokenPair, b: &TokenPair) -> bool {
    a.refresh_token.expose_secret() == b.refresh_token.expose_secret()
}

#[tokio::test]
async fn each_use_replaces_the_token() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let mut pair = test.login("ada").await;
    for _ in 0..3 {
        test.clock.advance(TimeDelta::minutes(20));
        let next = refresh(&test, &pair.refresh_token).await.unwrap();
        assert!(!same(&pair, &next));
        let token = next.access_token.expose_secret();
        test.app.authentication.authenticate(token).await.unwrap();
        pair = next;
    }
}

#[tokio::test]
async fn a_second_use_within_ten_seconds_answers_the_same_successor() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let login = test.login("ada").await;
    let first = refresh(&test, &login.refresh_token).await.unwrap();
    test.clock.advance(TimeDelta::seconds(10));
    let second = refresh(&test, &login.refresh_token).await.unwrap();
    assert!(same(&first, &second));
    refresh(&test, &first.refresh_token).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_uses_at_the_same_time_answer_the_same_successor() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let login = test.login("ada").await;
    let mut tabs = JoinSet::new();
    for _ in 0..100 {
        let (auth, token) = (test.app.authentication.clone(), login.refresh_token.clone());
        tabs.spawn(async move { auth.refresh(&token).await });
    }
    let answers: Vec<TokenPair> = tabs.join_all().await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| same(answer, &answers[0])));
    assert!(!same(&answers[0], &login));
}

/// On one thread all have come before the first is answered.
#[tokio::test]
async fn a_crowd_with_one_token_needs_no_more_of_the_pool_than_one_does() {
    let settings = [("DATABASE__MAX_CONNECTIONS", "1"), ("DATABASE__ACQUIRE_TIMEOUT", "1s")];
    let folder = tempfile::tempdir().unwrap();
    let settings = settings_with(&folder, &settings);
    let test = TestApplication::with_settings(folder, settings).await;
    test.user("ada").await;
    let login = test.login("ada").await;
    let answers = join_all((0..2_000).map(|_| refresh(&test, &login.refresh_token))).await;
    let answers: Vec<TokenPair> = answers.into_iter().map(Result::unwrap).collect();
    let first = &answers[0];
    assert!(answers.iter().all(|answer| same(answer, first)));
    assert!(answers.iter().all(|a| a.access_token.expose_secret() == first.access_token.expose_secret()));
    refresh(&test, &first.refresh_token).await.unwrap();
}

#[tokio::test]
async fn a_tab_that_is_two_steps_behind_gets_the_token_that_counts() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let login = test.login("ada").await;
    let first = refresh(&test, &login.refresh_token).await.unwrap();
    let second = refresh(&test, &first.refresh_token).await.unwrap();
    let behind = refresh(&test, &login.refresh_token).await.unwrap();
    assert!(same(&second, &behind));
}

#[tokio::test]
async fn a_late_second_use_ends_the_whole_login_for_good() {
    let test = TestApplication::new().await;
    let auth = &test.app.authentication;
    test.user("ada").await;
    let (stolen, other) = (test.login("ada").await, test.login("ada").await);
    let owner = refresh(&test, &stolen.refresh_token).await.unwrap();
    test.clock.advance(TimeDelta::seconds(11));
    assert!(refused(&refresh(&test, &stolen.refresh_token).await));
    assert!(refused(&refresh(&test, &owner.refresh_token).await));
    assert!(auth.authenticate(owner.access_token.expose_secret()).await.is_err());
    assert!(refresh(&test, &other.refresh_token).await.is_ok(), "other logins live");
}

#[tokio::test]
async fn a_login_lives_as_long_as_it_is_used() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let login = test.login("ada").await;
    test.clock.advance(TimeDelta::days(29));
    let used = refresh(&test, &login.refresh_token).await.unwrap();
    test.clock.advance(TimeDelta::days(29));
    let used = refresh(&test, &used.refresh_token).await.unwrap();
    test.clock.advance(TimeDelta::days(30));
    assert!(refused(&refresh(&test, &used.refresh_token).await));
}

#[tokio::test]
async fn guesses_and_access_tokens_are_refused() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let pair = test.login("ada").await;
    assert!(refused(&refresh(&test, &SecretString::from("guess")).await));
    assert!(refused(&refresh(&test, &SecretString::from("")).await));
    assert!(refused(&refresh(&test, &pair.access_token).await));
}

#[tokio::test]
async fn the_database_never_holds_a_token_that_can_be_read() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let login = test.login("ada").await;
    let next = refresh(&test, &login.refresh_token).await.unwrap();
    let read = test.app.database.read_session();
    let sql = Backend::pick(
        "SELECT hex(token_hash) || hex(coalesce(successor_sealed, '')) AS kept FROM refresh_tokens",
        "SELECT upper(encode(token_hash || coalesce(successor_sealed, ''), 'hex')) AS kept FROM refresh_tokens",
    );
    let rows = read.query_all_raw(Statement::from_string(read.get_database_backend(), sql));
    let rows = rows.await.unwrap();
    assert_eq!(rows.len(), 2);
    let hex = |text: &str| text.bytes().map(|b| format!("{b:02X}")).collect::<String>();
    for row in rows {
        let kept: String = row.try_get("", "kept").unwrap();
        for pair in [&login, &next] {
            assert!(!kept.contains(&hex(pair.refresh_token.expose_secret())));
        }
    }
}
