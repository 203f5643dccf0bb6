//! Login, logout and the check of each request's token.

use app::services::{authentication::AuthenticationError, client::Client, logins::LoginService, users::UserChanges};
use secrecy::{ExposeSecret, SecretString};

use crate::support::{PASSWORD, TestApplication};

#[tokio::test]
async fn a_user_logs_in_by_name_or_address() {
    let test = TestApplication::new().await;
    let user = test.user("ada").await;
    for login in ["ada", "ADA", "ada@example.com"] {
        let pair = test.login(login).await;
        let token = pair.access_token.expose_secret();
        let current = test.app.authentication.authenticate(token).await.unwrap();
        assert_eq!(current.id, user.id);
        assert!(current.has_permission("items:write"));
        assert!(!current.has_permission("users:read"));
        assert_eq!(pair.permissions, current.permissions);
        assert_eq!(pair.scope(), "items:read items:write");
        assert_eq!(pair.expires_in.as_secs(), 900);
    }
}

#[tokio::test]
async fn every_failed_login_is_answered_alike() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let idle = test.user("idle").await;
    let gone = test.user("gone").await;
    let session = test.app.database.session();
    let users = test.app.users(session.clone());
    let changes = UserChanges { is_active: Some(false), ..UserChanges::default() };
    users.update(idle.id, changes).await.unwrap();
    users.delete(gone.id).await.unwrap();
    session.commit().await.unwrap();
    let long = "x".repeat(10_000);
    for (login, password) in [
        ("ada", "wrong password"),
        ("ada", ""),
        ("ada", long.as_str()),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("idle", PASSWORD),
        ("gone", PASSWORD),
    ] {
        let outcome = test.app.authentication.login(login, SecretString::from(password), &Client::default()).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, AuthenticationError::InvalidGrant), "{login}: {error}");
    }
}

#[tokio::test]
async fn tokens_of_a_deactivated_or_deleted_user_fail_at_once_and_for_good() {
    let test = TestApplication::new().await;
    let auth = &test.app.authentication;
    for way in ["deactivated", "deleted"] {
        let user = test.user(way).await;
        let pair = test.login(way).await;
        let token = pair.access_token.expose_secret();
        auth.authenticate(token).await.unwrap();

        let active = |is_active| UserChanges { is_active: Some(is_active), ..UserChanges::default() };
        let session = test.app.database.session();
        let users = test.app.users(session.clone());
        match way {
            "deleted" => users.delete(user.id).await.unwrap(),
            _ => drop(users.update(user.id, active(false)).await.unwrap()),
        }
        session.commit().await.unwrap();
        let refused = auth.authenticate(token).await;
        assert!(matches!(refused, Err(AuthenticationError::InvalidToken)));
        let refused = auth.refresh(&pair.refresh_token).await;
        assert!(matches!(refused, Err(AuthenticationError::InvalidGrant)));

        let session = test.app.database.session();
        let users = test.app.users(session.clone());
        match way {
            "deleted" => drop(users.restore(user.id).await.unwrap()),
            _ => drop(users.update(user.id, active(true)).await.unwrap()),
        }
        session.commit().await.unwrap();
        assert!(auth.authenticate(token).await.is_err(), "old logins stay ended");
        test.login(way).await;
    }
}

#[tokio::test]
async fn logout_ends_this_login_and_no_other() {
    let test = TestApplication::new().await;
    let auth = &test.app.authentication;
    test.user("ada").await;
    let (phone, laptop) = (test.login("ada").await, test.login("ada").await);
    let current = auth.authenticate(phone.access_token.expose_secret()).await.unwrap();
    for _ in 0..2 {
        let session = test.app.database.session();
        LoginService::new(session.clone(), test.clock()).end_current(&current).await.unwrap();
        session.commit().await.unwrap();
    }
    assert!(auth.authenticate(phone.access_token.expose_secret()).await.is_err());
    assert!(auth.refresh(&phone.refresh_token).await.is_err());
    assert!(auth.authenticate(laptop.access_token.expose_secret()).await.is_ok());
    assert!(auth.refresh(&laptop.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_lost_role_counts_at_once() {
    let test = TestApplication::new().await;
    test.admin("ada").await;
    let before = test.whoami("ada").await;
    assert!(before.has_permission("users:write"));
    let session = test.app.database.session();
    let sql = "DELETE FROM role_permissions";
    sea_orm::ConnectionTrait::execute_unprepared(&session, sql).await.unwrap();
    session.commit().await.unwrap();
    assert!(test.whoami("ada").await.permissions.is_empty());
}

#[tokio::test]
async fn no_secret_shows_in_debug_output() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let pair = test.login("ada").await;
    let text = format!("{pair:?} {:?}", test.app);
    assert!(!text.contains(pair.access_token.expose_secret()));
    assert!(!text.contains(pair.refresh_token.expose_secret()));
    assert!(!text.contains("argon2id") && !text.contains(PASSWORD), "{text}");
}
