//! Guessing of passwords: it gets slow, it tells nothing, and it keeps nobody out for long.

use std::time::Duration;

use app::services::{
    authentication::{AuthenticationError, TokenPair},
    client::Client,
};
use chrono::TimeDelta;
use secrecy::SecretString;
use tokio::task::JoinSet;

use crate::support::{PASSWORD, TestApplication, settings_with};

const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

/// With room for as many guesses as a test likes.
async fn application() -> TestApplication {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings_with(&folder, &[("AUTH__PASSWORD_HASH_QUEUE", "1000")]);
    let test = TestApplication::with_settings(folder, settings).await;
    test.user("ada").await;
    test
}

async fn login(
    test: &TestApplication,
    name: &str,
    password: &str,
    address: &str,
) -> Result<TokenPair, AuthenticationError> {
    let client = Client::at(address.parse().unwrap());
    let outcome = test.app.authentication.login(name, SecretString::from(password), &client).await;
    assert!(matches!(outcome, Ok(_) | Err(AuthenticationError::InvalidGrant)), "{outcome:?}");
    outcome
}

async fn guess(test: &TestApplication, name: &str, address: &str, times: usize) {
    for _ in 0..times {
        assert!(login(test, name, "a wrong guess", address).await.is_err());
    }
}

#[tokio::test]
async fn five_failures_are_free_and_the_sixth_locks_for_a_while() {
    let test = application().await;
    guess(&test, "ada", ELSEWHERE, 5).await;
    login(&test, "ada", PASSWORD, ELSEWHERE).await.unwrap();
    guess(&test, "ada", HOME, 6).await;
    assert!(login(&test, "ada", PASSWORD, HOME).await.is_err(), "locked");
    test.clock.advance(TimeDelta::seconds(2));
    login(&test, "ada", PASSWORD, HOME).await.unwrap();
    guess(&test, "ada", HOME, 5).await;
    login(&test, "ada", PASSWORD, HOME).await.unwrap();
}

#[tokio::test]
async fn each_lock_is_twice_as_long_up_to_five_minutes_and_guesses_make_none_longer() {
    let test = application().await;
    guess(&test, "ada", ELSEWHERE, 6).await;
    for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        // What comes while it is locked changes nothing.
        guess(&test, "ada", ELSEWHERE, 2).await;
        test.clock.advance(TimeDelta::milliseconds(seconds * 1000 - 1));
        assert!(login(&test, "ada", PASSWORD, HOME).await.is_err(), "{seconds}");
        test.clock.advance(TimeDelta::milliseconds(1));
        guess(&test, "ada", ELSEWHERE, 1).await;
    }
    test.clock.advance(TimeDelta::seconds(300));
    login(&test, "ada", PASSWORD, HOME).await.unwrap();
}

#[tokio::test]
async fn strangers_elsewhere_do_not_lock_out_whoever_has_been_here_before() {
    let test = application().await;
    login(&test, "ada", PASSWORD, HOME).await.unwrap();
    guess(&test, "ada", ELSEWHERE, 12).await;
    login(&test, "ada", PASSWORD, HOME).await.unwrap();
    assert!(login(&test, "ada", PASSWORD, "203.0.113.9").await.is_err(), "a new place has to wait");
    test.clock.advance(TimeDelta::days(91));
    guess(&test, "ada", ELSEWHERE, 12).await;
    assert!(login(&test, "ada", PASSWORD, HOME).await.is_err(), "a place is forgotten after 90 days");
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_has_to_wait_a_minute_at_most() {
    let test = application().await;
    for n in 0..30 {
        guess(&test, &format!("nobody{n}"), ELSEWHERE, 1).await;
        test.clock.advance(TimeDelta::seconds(if n < 20 { 0 } else { 60 }));
    }
    guess(&test, "nobody", ELSEWHERE, 1).await;
    assert!(login(&test, "ada", PASSWORD, ELSEWHERE).await.is_err(), "locked");
    login(&test, "ada", PASSWORD, HOME).await.unwrap();
    test.clock.advance(TimeDelta::seconds(60));
    login(&test, "ada", PASSWORD, ELSEWHERE).await.unwrap();
}

#[tokio::test]
async fn an_own_account_between_the_guesses_does_not_clear_the_address() {
    let test = application().await;
    test.user("mallory").await;
    for n in 0..21 {
        login(&test, "mallory", PASSWORD, ELSEWHERE).await.unwrap();
        guess(&test, &format!("nobody{n}"), ELSEWHERE, 1).await;
    }
    assert!(login(&test, "mallory", PASSWORD, ELSEWHERE).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_guesses_at_once_are_counted_one_by_one() {
    let test = application().await;
    let mut guesses = JoinSet::new();
    for n in 0..100 {
        let auth = test.app.authentication.clone();
        // The right password is the last that is tried.
        let password = if n == 99 { PASSWORD.to_owned() } else { format!("guess {n}") };
        guesses.spawn(async move {
            let client = Client::at(ELSEWHERE.parse().unwrap());
            auth.login("ada", SecretString::from(password), &client).await.is_ok()
        });
    }
    guesses.join_all().await;
    assert!(login(&test, "ada", PASSWORD, ELSEWHERE).await.is_err(), "locked");
}

#[tokio::test]
async fn names_that_nobody_has_and_addresses_of_one_network_are_counted_alike() {
    let test = application().await;
    guess(&test, "nobody", "2001:db8::1", 3).await;
    let read = || async {
        let read = test.app.database.read_session();
        let sql = "SELECT failures FROM login_failures ORDER BY failures";
        let backend = sea_orm::ConnectionTrait::get_database_backend(&read);
        let rows = sea_orm::ConnectionTrait::query_all_raw(&read, sea_orm::Statement::from_string(backend, sql))
            .await
            .unwrap();
        rows.iter().map(|row| row.try_get::<i64>("", "failures").unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(read().await, [3, 3], "the name and the network");
    guess(&test, "NOBODY ", "2001:db8::ffff", 1).await;
    assert_eq!(read().await, [4, 4]);
    guess(&test, "ada", "2001:db8::2", 1).await;
    guess(&test, "ada@example.com", "2001:db8::3", 1).await;
    assert_eq!(read().await, [2, 4, 6], "an account is one, by either name");
    test.clock.advance(TimeDelta::from_std(Duration::from_secs(3601)).unwrap());
    guess(&test, "bob", "2001:db8::3", 1).await;
    assert_eq!(read().await, [1, 1], "what is an hour old is forgotten");
}

#[tokio::test]
async fn a_busy_service_counts_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        settings_with(&folder, &[("AUTH__PASSWORD_HASH_CONCURRENCY", "1"), ("AUTH__PASSWORD_HASH_QUEUE", "0")]);
    let test = TestApplication::with_settings(folder, settings).await;
    test.user("ada").await;
    let nobodys = SecretString::from("x");
    let turn = test.app.passwords.verify(&nobodys, None);
    let held = crate::support::cancel_after(1, turn).await;
    assert!(held.is_none());
    for _ in 0..8 {
        let outcome = test.app.authentication.login("ada", SecretString::from(PASSWORD), &Client::default()).await;
        assert!(matches!(outcome, Ok(_) | Err(AuthenticationError::Password(_))), "{outcome:?}");
    }
}
