//! The use cases of users.

use app::{
    models::{Patch, RoleName, UserId},
    repositories::{Database, RoleRepository},
    services::{
        random,
        users::{ProfileChanges, UserChanges, UserError},
    },
};
use chrono::TimeDelta;

use crate::support::{TestApplication, new_user, start};

async fn is_admin(database: &Database, id: UserId) -> bool {
    let roles = RoleRepository::new(database.read_session());
    roles.roles_of(id).await.unwrap().contains(&RoleName::ADMIN)
}

#[tokio::test]
async fn a_taken_address_or_name_is_refused_and_nothing_is_kept() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let mut same_email = new_user("bob");
    same_email.email = "ADA@example.com".parse().unwrap();
    let mut same_name = new_user("cyd");
    same_name.username = "ADA".parse().unwrap();
    let session = test.app.database.session();
    let outcome = test.app.users(session).create(same_email).await;
    assert!(matches!(outcome, Err(UserError::EmailTaken)));
    let session = test.app.database.session();
    let outcome = test.app.users(session.clone()).create(same_name).await;
    assert!(matches!(outcome, Err(UserError::UsernameTaken)));
    assert!(session.commit().await.is_err());
}

#[tokio::test]
async fn registering_holds_no_connection_while_it_hashes() {
    let test = TestApplication::new().await;
    let sessions: Vec<_> = (0..8).map(|_| test.app.database.session()).collect();
    let waiting: Vec<_> = sessions.iter().map(|session| test.app.users(session.clone())).collect();
    let mut polled = Vec::new();
    for (index, users) in waiting.iter().enumerate() {
        let name = format!("waits{index}");
        let mut future = Box::pin(async move { users.create(new_user(&name)).await });
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        polled.push(future);
    }
    crate::support::add_user(&test.app.database, "writer").await;
}

#[tokio::test]
async fn a_change_touches_what_it_names_and_nothing_else() {
    let test = TestApplication::new().await;
    let mut new = new_user("ada");
    new.full_name = Some("Ada Lovelace".parse().unwrap());
    let session = test.app.database.session();
    let users = test.app.users(session.clone());
    let made = users.create(new).await.unwrap();
    test.clock.advance(TimeDelta::minutes(1));
    let changes = ProfileChanges { username: Some("ada.l".parse().unwrap()), ..ProfileChanges::default() };
    let renamed = users.update_profile(made.id, changes).await.unwrap();
    assert_eq!(renamed.username.as_str(), "ada.l");
    assert_eq!((&renamed.email, &renamed.full_name), (&made.email, &made.full_name));
    assert_eq!((renamed.version, renamed.created_at), (2, made.created_at));
    assert_eq!(renamed.updated_at, start() + TimeDelta::minutes(1));
    let changes = ProfileChanges { full_name: Patch::Clear, ..ProfileChanges::default() };
    let cleared = users.update_profile(made.id, changes).await.unwrap();
    assert_eq!((cleared.full_name, cleared.username), (None, renamed.username));
    let nothing = users.update(made.id, UserChanges::default()).await;
    assert!(matches!(nothing, Err(UserError::NothingToChange)));
}

#[tokio::test]
async fn a_change_to_a_taken_name_is_refused() {
    let test = TestApplication::new().await;
    test.user("ada").await;
    let bob = test.user("bob").await;
    let changes = ProfileChanges { email: Some("ada@example.com".parse().unwrap()), ..ProfileChanges::default() };
    let users = test.app.users(test.app.database.session());
    let outcome = users.update_profile(bob.id, changes).await;
    assert!(matches!(outcome, Err(UserError::EmailTaken)));
}

#[tokio::test]
async fn a_deleted_user_is_gone_until_restored() {
    let test = TestApplication::new().await;
    let ada = test.user("ada").await;
    let session = test.app.database.session();
    let users = test.app.users(session.clone());
    users.delete(ada.id).await.unwrap();
    assert!(matches!(users.get(ada.id).await, Err(UserError::NotFound)));
    assert!(matches!(users.delete(ada.id).await, Err(UserError::NotFound)));
    let restored = users.restore(ada.id).await.unwrap();
    assert_eq!((restored.deleted_at, restored.version), (None, 3));
    assert_eq!(users.restore(ada.id).await.unwrap(), restored, "twice is once");
    let nobody = users.restore(random::uuid_v7(start()).into()).await;
    assert!(matches!(nobody, Err(UserError::NotFound)));
}

#[tokio::test]
async fn the_last_active_administrator_stays() {
    let test = TestApplication::new().await;
    let root = test.whoami("root@example.com").await;
    assert!(is_admin(&test.app.database, root.id).await);
    let off = || UserChanges { is_active: Some(false), ..UserChanges::default() };
    let session = test.app.database.session();
    let users = test.app.users(session.clone());
    assert!(matches!(users.delete(root.id).await, Err(UserError::LastAdmin)));
    assert!(matches!(users.update(root.id, off()).await, Err(UserError::LastAdmin)));
    session.rollback().await.unwrap();

    let second = test.admin("ada").await;
    let session = test.app.database.session();
    let users = test.app.users(session.clone());
    users.update(root.id, off()).await.unwrap();
    assert!(matches!(users.delete(second.id).await, Err(UserError::LastAdmin)));
}
