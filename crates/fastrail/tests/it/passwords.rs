//! Hashing of passwords and its bounds.

use fastrail::SecretString;
use fastrail::security::{PasswordError, PasswordHasher};
use tokio::task::JoinSet;

const PASSWORD: &str = "correct horse battery staple";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[tokio::test]
async fn a_hash_is_argon2id_with_the_costs_of_owasp_and_a_salt_of_its_own() {
    let hasher = PasswordHasher::with_bounds(1, 1);
    let password = secret(PASSWORD);
    let (one, two) = (hasher.hash(&password).await.unwrap(), hasher.hash(&password).await.unwrap());
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_ne!(one, two);
    assert!(hasher.verify(&secret(PASSWORD), Some(&one)).await.unwrap());
    assert!(!hasher.verify(&secret("wrong"), Some(&one)).await.unwrap());
}

#[tokio::test]
async fn an_unknown_user_has_no_right_password() {
    let hasher = PasswordHasher::with_bounds(1, 1);
    assert!(!hasher.verify(&secret(PASSWORD), None).await.unwrap());
}

#[tokio::test]
async fn a_damaged_hash_is_an_error_and_no_match() {
    let hasher = PasswordHasher::with_bounds(1, 1);
    for damaged in ["", "not a hash", "$argon2id$", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"] {
        let outcome = hasher.verify(&secret(PASSWORD), Some(damaged)).await;
        assert_eq!(outcome, Err(PasswordError::Unusable), "{damaged}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_the_queue_holds_are_turned_away_at_once() {
    let hasher = PasswordHasher::with_bounds(1, 2);
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let hasher = hasher.clone();
        all.spawn(async move { hasher.verify(&secret(PASSWORD), None).await });
    }
    let outcomes = all.join_all().await;
    let refused = outcomes.iter().filter(|outcome| **outcome == Err(PasswordError::Overloaded));
    let refused = refused.count();
    assert!(refused > 0 && refused < 20, "{refused}");
    assert!(hasher.verify(&secret(PASSWORD), None).await.is_ok(), "room comes back");
}

#[tokio::test]
async fn a_caller_who_leaves_makes_no_room_while_the_work_goes_on() {
    let hasher = PasswordHasher::with_bounds(1, 0);
    {
        let secret = secret(PASSWORD);
        let mut left = Box::pin(hasher.verify(&secret, None));
        assert!(futures_util::poll!(&mut left).is_pending());
    }
    let next = hasher.verify(&secret(PASSWORD), None).await;
    assert_eq!(next, Err(PasswordError::Overloaded));
}
