//! What tests stand on: a database or a whole application of their own, users, time.

mod api;
pub(crate) mod databases;
pub(crate) mod forgeries;
mod problems;
pub(crate) mod provider;

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use app::{
    application::Application,
    config::Settings,
    migrations,
    models::{EmailAddress, PasswordHash, RoleName, User, UserId, Username},
    repositories::{Database, DatabaseOptions, RoleRepository, Session, UserRepository},
    services::{
        authentication::TokenPair,
        client::Client,
        clock::{Clock, ManualClock},
        principal::CurrentUser,
        random,
        users::NewUser,
    },
};
use chrono::{DateTime, TimeZone, Utc};
use fastrail::settings::Sources;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

pub(crate) use api::{TestApi, form, make_item, password_grant, refresh_grant};
pub(crate) use databases::{Backend, Cleanup, database_url, empty_url, missing_url};
pub(crate) use problems::Answer;

pub(crate) const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A migrated database of the test's own.
pub(crate) struct TestDatabase {
    pub(crate) database: Database,
    pub(crate) options: DatabaseOptions,
    _cleanup: Cleanup,
    _folder: TempDir,
}

impl TestDatabase {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With options of the test's own.
    pub(crate) async fn with(change: impl FnOnce(&mut DatabaseOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = database_options(database_url(&folder));
        change(&mut options);
        migrations::apply(&options.url).await.unwrap();
        let database = Database::connect(&options).await.unwrap();
        Self { database, options, _cleanup: Cleanup::of(&folder), _folder: folder }
    }

    pub(crate) async fn count_users(&self) -> u64 {
        let users = UserRepository::new(self.database.read_session());
        let page = users.list(&Default::default(), &Default::default(), Default::default()).await;
        page.unwrap().total
    }
}

/// The database of a binary that runs in a folder without a `DATABASE_URL` of its own.
pub(crate) fn process_database_url(folder: &std::path::Path) -> String {
    match Backend::current() {
        Backend::Sqlite => format!("sqlite:{}", folder.join("data/app.db").display()),
        Backend::Postgres => database_url(folder),
    }
}

/// Options that are patient: the machine that runs the suite may be busy.
pub(crate) fn database_options(url: String) -> DatabaseOptions {
    DatabaseOptions {
        url,
        max_connections: 4,
        acquire_timeout: Duration::from_secs(30),
        busy_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(60),
        idle_in_transaction_timeout: Duration::from_secs(60),
    }
}

/// A started application with a clock that stands still.
pub(crate) struct TestApplication {
    pub(crate) app: Application,
    pub(crate) clock: ManualClock,
    _cleanup: Cleanup,
    folder: TempDir,
}

impl TestApplication {
    pub(crate) async fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), SECRET_KEY).await
    }

    async fn in_folder(folder: TempDir, secret_key: &str) -> Self {
        let settings = settings(&folder, secret_key);
        Self::with_settings(folder, settings).await
    }

    /// Starts with settings of the test's own, which keep their files in the folder.
    pub(crate) async fn with_settings(folder: TempDir, settings: Settings) -> Self {
        let clock = ManualClock::new(start());
        let (app, _) = Application::start(settings, clock.clone().into()).await.unwrap();
        Self { app, clock, _cleanup: Cleanup::of(&folder), folder }
    }

    pub(crate) fn settings(&self, secret_key: &str) -> Settings {
        settings(&self.folder, secret_key)
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock.clone().into()
    }

    /// Makes a user with [`PASSWORD`] and commits.
    pub(crate) async fn user(&self, name: &str) -> User {
        let session = self.app.database.session();
        let users = self.app.users(session.clone());
        let user = users.create(new_user(name)).await.unwrap();
        session.commit().await.unwrap();
        user
    }

    /// Makes an administrator beside the first one.
    pub(crate) async fn admin(&self, name: &str) -> User {
        let user = self.user(name).await;
        let session = self.app.database.session();
        let roles = RoleRepository::new(session.clone());
        let role = roles.get_by_name(&RoleName::ADMIN).await.unwrap().unwrap();
        roles.assign(user.id, role.id, self.clock.now()).await.unwrap();
        session.commit().await.unwrap();
        user
    }

    pub(crate) async fn login(&self, name: &str) -> TokenPair {
        let login = self.app.authentication.login(name, SecretString::from(PASSWORD), &Client::default()).await;
        login.unwrap()
    }

    /// Makes a user, logs in, and asks who that is.
    pub(crate) async fn current_user(&self, name: &str) -> CurrentUser {
        self.user(name).await;
        self.whoami(name).await
    }

    pub(crate) async fn whoami(&self, name: &str) -> CurrentUser {
        let pair = self.login(name).await;
        let token = pair.access_token.expose_secret();
        self.app.authentication.authenticate(token).await.unwrap()
    }
}

fn settings(folder: &TempDir, secret_key: &str) -> Settings {
    settings_with(folder, &[("SECRET_KEY", secret_key)])
}

/// The settings of a test, with some of its own.
pub(crate) fn settings_with(folder: &TempDir, own: &[(&str, &str)]) -> Settings {
    let database_url = database_url(folder);
    let mut pairs = vec![
        ("DATA_DIR", folder.path().to_str().unwrap()),
        ("DATABASE_URL", &database_url),
        ("SECRET_KEY", SECRET_KEY),
        // All requests of a test come from one address.
        ("RATE_LIMIT__ENABLED", "false"),
        ("FIRST_ADMIN_EMAIL", "root@example.com"),
        ("FIRST_ADMIN_PASSWORD", PASSWORD),
    ];
    for (name, value) in own {
        pairs.retain(|(other, _)| other != name);
        pairs.push((name, value));
    }
    Settings::of(&Sources::of(pairs)).unwrap()
}

pub(crate) fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

pub(crate) fn new_user(name: &str) -> NewUser {
    NewUser {
        email: format!("{name}@example.com").parse().unwrap(),
        username: name.parse().unwrap(),
        password: PASSWORD.parse().unwrap(),
        full_name: None,
        is_active: true,
    }
}

/// A user's row, without the cost of a hash.
pub(crate) fn user_row(name: &str) -> User {
    let email: EmailAddress = format!("{name}@example.com").parse().unwrap();
    let username: Username = name.parse().unwrap();
    User {
        id: UserId::from(random::uuid_v7(app::services::clock::Clock::System.now())),
        email_key: email.key(),
        email,
        username_key: username.key(),
        username,
        password_hash: PasswordHash::new("$none".to_owned()),
        full_name: None,
        is_active: true,
        created_at: start(),
        updated_at: start(),
        deleted_at: None,
        version: 1,
    }
}

/// Adds a user's row and commits.
pub(crate) async fn add_user(database: &Database, name: &str) -> User {
    let session = database.session();
    let user = create_row(&session, name).await;
    session.commit().await.unwrap();
    user
}

pub(crate) async fn create_row(session: &Session, name: &str) -> User {
    let users = UserRepository::new(session.clone());
    users.create(user_row(name)).await.unwrap()
}

/// Whether the long form of a proof is wanted, as `cargo xtask full` wants it.
#[expect(clippy::disallowed_methods, reason = "how long the suite runs is not the application's setting")]
pub(crate) fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// Polls a future some times, each time when it is ready to go on, and drops it unfinished: what
/// happens to a request whose client leaves.
pub(crate) async fn cancel_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
