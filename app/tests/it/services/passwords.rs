//! Hashing of passwords and its bounds.

use app::services::passwords::{PasswordError, PasswordHasher};
use secrecy::SecretString;
use tokio::task::JoinSet;

use crate::support::{PASSWORD, cancel_after};

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[tokio::test]
async fn a_hash_is_argon2id_with_the_costs_of_owasp_and_a_salt_of_its_own() {
    let hasher = PasswordHasher::new(1, 1);
    let password = PASSWORD.parse().unwrap();
    let (one, two) = (hasher.hash(&password).await.unwrap(), hasher.hash(&password).await.unwrap());
    assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.as_str());
    assert_ne!(one, two);
    assert!(!format!("{one:?}").contains("argon2"));
    assert!(hasher.verify(secret(PASSWORD), Some(one.clone())).await.unwrap());
    assert!(!hasher.verify(secret("wrong"), Some(one)).await.unwrap());
}

#[tokio::test]
async fn an_unknown_user_has_no_right_password() {
    let hasher = PasswordHasher::new(1, 1);
    assert!(!hasher.verify(secret(PASSWORD), None).await.unwrap());
}

#[tokio::test]
async fn a_damaged_hash_is_an_error_and_no_match() {
    let hasher = PasswordHasher::new(1, 1);
    let damaged = app::models::PasswordHash::new("not a hash".to_owned());
    let outcome = hasher.verify(secret(PASSWORD), Some(damaged)).await;
    assert_eq!(outcome, Err(PasswordError::Unusable));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_the_queue_holds_are_turned_away_at_once() {
    let hasher = PasswordHasher::new(1, 2);
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let hasher = hasher.clone();
        all.spawn(async move { hasher.verify(secret(PASSWORD), None).await });
    }
    let outcomes = all.join_all().await;
    let refused = outcomes.iter().filter(|outcome| **outcome == Err(PasswordError::Overloaded));
    let refused = refused.count();
    assert!(refused > 0 && refused < 20, "{refused}");
    assert!(hasher.verify(secret(PASSWORD), None).await.is_ok(), "room comes back");
}

#[tokio::test]
async fn a_caller_who_leaves_makes_no_room_while_the_work_goes_on() {
    let hasher = PasswordHasher::new(1, 0);
    let left = cancel_after(1, hasher.verify(secret(PASSWORD), None)).await;
    assert!(left.is_none());
    let next = hasher.verify(secret(PASSWORD), None).await;
    assert_eq!(next, Err(PasswordError::Overloaded));
}
