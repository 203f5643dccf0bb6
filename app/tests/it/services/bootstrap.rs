//! Roles, permissions and the first administrator.

use app::{
    application::Application,
    config::Settings,
    models::{Permission, RoleName},
    repositories::RoleRepository,
    services::{bootstrap, bootstrap::FirstAdmin, client::Client, clock::Clock},
};
use fastrail::settings::Sources;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use crate::support::{Cleanup, PASSWORD, SECRET_KEY, TestApplication, database_url};

async fn start(folder: &TempDir, environment: &str) -> (Application, FirstAdmin) {
    let settings = Settings::of(&Sources::of([
        ("DATA_DIR", folder.path().to_str().unwrap()),
        ("DATABASE_URL", &database_url(folder)),
        ("SECRET_KEY", SECRET_KEY),
        ("ENVIRONMENT", environment),
    ]));
    Application::start(settings.unwrap(), Clock::System).await.unwrap()
}

#[tokio::test]
async fn the_configured_administrator_may_do_everything() {
    let test = TestApplication::new().await;
    let root = test.whoami("root@example.com").await;
    for permission in [
        Permission::USERS_READ,
        Permission::USERS_WRITE,
        Permission::ITEMS_READ,
        Permission::ITEMS_WRITE,
        Permission::ITEMS_READ_ALL,
        Permission::ITEMS_WRITE_ALL,
    ] {
        assert!(root.may(&permission), "{permission}");
    }
}

#[tokio::test]
async fn development_makes_an_administrator_up_once() {
    let folder = tempfile::tempdir().unwrap();
    let _cleanup = Cleanup::of(&folder);
    let (app, first) = start(&folder, "development").await;
    let FirstAdmin::MadeUp(admin) = first else {
        panic!("{first:?}");
    };
    assert!(!format!("{admin:?}").contains(admin.password.expose_secret()));
    let client = Client::default();
    let login = app.authentication.login("admin", admin.password.clone(), &client);
    assert!(login.await.unwrap().permissions.contains(&Permission::USERS_WRITE));
    let (_, second) = start(&folder, "development").await;
    assert!(matches!(second, FirstAdmin::Exists));
}

#[tokio::test]
async fn production_makes_none_up() {
    let folder = tempfile::tempdir().unwrap();
    let _cleanup = Cleanup::of(&folder);
    let (app, first) = start(&folder, "production").await;
    assert!(matches!(first, FirstAdmin::Missing));
    let client = Client::default();
    let login = app.authentication.login("admin", PASSWORD.into(), &client);
    assert!(login.await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instances_that_start_together_make_one_administrator_and_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let _cleanup = Cleanup::of(&folder);
    let starts =
        tokio::join!(start(&folder, "development"), start(&folder, "development"), start(&folder, "development"),);
    let all = [starts.0, starts.1, starts.2];
    let made = all.iter().filter(|(_, first)| matches!(first, FirstAdmin::MadeUp(_)));
    assert_eq!(made.count(), 1);
    let keys = all[0].0.tokens.jwks().await;
    assert_eq!(keys.len(), 1);
    for (app, _) in &all {
        assert_eq!(app.tokens.jwks().await, keys);
    }
}

#[tokio::test]
async fn what_an_operator_took_from_a_role_stays_taken() {
    let test = TestApplication::new().await;
    let session = test.app.database.session();
    let sql = "DELETE FROM role_permissions WHERE permission_id IN \
               (SELECT id FROM permissions WHERE name = 'items:write')";
    sea_orm::ConnectionTrait::execute_unprepared(&session, sql).await.unwrap();
    session.commit().await.unwrap();
    bootstrap::seed_roles(&test.app.database, &test.clock()).await.unwrap();
    assert!(!test.current_user("ada").await.may(&Permission::ITEMS_WRITE));
}

#[tokio::test]
async fn new_users_are_users() {
    let test = TestApplication::new().await;
    let user = test.user("ada").await;
    let roles = RoleRepository::new(test.app.database.read_session());
    let held = roles.roles_of(user.id).await.unwrap();
    assert_eq!(held.into_iter().collect::<Vec<_>>(), [RoleName::USER]);
}
