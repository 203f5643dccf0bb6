//! The whole application behind a test client, and callers with and without rights.

use app::{
    config::Settings,
    models::{LoginKind, LoginSession, RoleName, User, UserId},
    repositories::{LoginSessionRepository, RoleRepository, Session, UserRepository},
    services::random,
};
use chrono::TimeDelta;
use fastrail::App;
use fastrail::testing::{TestClient, TestRequest};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Backend, TestApplication, create_row};

/// The application over HTTP, without a socket. Every answer is held against the app's own document.
pub(crate) struct TestApi {
    pub(crate) test: TestApplication,
    /// A stranger.
    pub(crate) client: TestClient,
}

impl TestApi {
    pub(crate) async fn new() -> Self {
        Self::over(TestApplication::new().await, |app| app).await
    }

    /// With settings of the test's own.
    pub(crate) async fn with_settings(own: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = super::settings_with(&folder, own);
        Self::in_folder(folder, settings).await
    }

    async fn in_folder(folder: TempDir, settings: Settings) -> Self {
        Self::over(TestApplication::with_settings(folder, settings).await, |app| app).await
    }

    /// With something added to the application.
    pub(crate) async fn with(change: impl FnOnce(App) -> App) -> Self {
        Self::over(TestApplication::new().await, change).await
    }

    async fn over(test: TestApplication, change: impl FnOnce(App) -> App) -> Self {
        let client = TestClient::new(change(test.app.http())).await;
        Self { test, client }
    }

    /// A caller of the role `user`, who is made the first time. No password is hashed for it.
    pub(crate) async fn as_user(&self, name: &str) -> TestClient {
        self.client.with_bearer(&self.token_of(name).await)
    }

    /// The access token of such a caller.
    pub(crate) async fn token_of(&self, name: &str) -> String {
        let session = self.test.app.database.session();
        let known = UserRepository::new(session.clone()).get_by_username(&name.parse().unwrap()).await.unwrap();
        let user = match known {
            Some(user) => user,
            None => {
                let user = create_row(&session, name).await;
                self.assign(&session, user.id, RoleName::USER).await;
                user
            }
        };
        self.login(session, &user).await
    }

    /// The administrator whom the settings name.
    pub(crate) async fn as_admin(&self) -> TestClient {
        let session = self.test.app.database.session();
        let users = UserRepository::new(session.clone());
        let user = users.get_by_email(&"root@example.com".parse().unwrap()).await.unwrap().unwrap();
        self.client.with_bearer(&self.login(session, &user).await)
    }

    /// A caller without any role.
    pub(crate) async fn as_nobody(&self) -> TestClient {
        let session = self.test.app.database.session();
        let user = create_row(&session, "nobody").await;
        self.client.with_bearer(&self.login(session, &user).await)
    }

    /// The id of a user, deleted or not.
    pub(crate) async fn id_of(&self, name: &str) -> String {
        let id = Backend::pick("lower(hex(id))", "CAST(id AS text)");
        let sql = format!("SELECT {id} AS id FROM users WHERE username = '{name}'");
        let hex: String = self.query_one(&sql).await.try_get("", "id").unwrap();
        hex.parse::<uuid::Uuid>().unwrap().to_string()
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let row = self.query_one(&format!("SELECT count(*) AS rows FROM {table}")).await;
        row.try_get("", "rows").unwrap()
    }

    /// Changes the database behind the application's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let session = self.test.app.database.session();
        session.execute_unprepared(sql).await.unwrap();
        session.commit().await.unwrap();
    }

    async fn query_one(&self, sql: &str) -> sea_orm::QueryResult {
        let read = self.test.app.database.read_session();
        let statement = sea_orm::Statement::from_string(read.get_database_backend(), sql);
        read.query_one_raw(statement).await.unwrap().unwrap()
    }

    async fn assign(&self, session: &Session, user: UserId, role: RoleName) {
        let roles = RoleRepository::new(session.clone());
        let role = roles.get_by_name(&role).await.unwrap().unwrap();
        roles.assign(user, role.id, self.test.clock.now()).await.unwrap();
    }

    /// What a login leaves in the database, and the access token that it gives.
    async fn login(&self, session: Session, user: &User) -> String {
        let now = self.test.clock.now();
        let login = LoginSession {
            id: random::uuid_v7(now).into(),
            user_id: user.id,
            kind: LoginKind::Token,
            cookie_hash: None,
            address: None,
            user_agent: None,
            created_at: now,
            last_used_at: now,
            expires_at: now + TimeDelta::days(30),
            revoked_at: None,
            version: 1,
        };
        let login = LoginSessionRepository::new(session.clone()).create(login).await.unwrap();
        session.commit().await.unwrap();
        let token = self.test.app.tokens.issue(user.id, login.id).unwrap();
        token.token.expose_secret().to_owned()
    }
}

/// Makes an item and returns it.
pub(crate) async fn make_item(client: &TestClient, name: &str) -> Value {
    let made = client.post("/api/v1/items").json(json!({ "name": name, "price": "2.50" })).await;
    made.assert_status(201).json()
}

/// Asks the token endpoint.
pub(crate) fn form(client: &TestClient, pairs: &[(&str, &str)]) -> TestRequest {
    client.post("/api/v1/auth/token").form(pairs.iter().copied())
}

/// Logs in.
pub(crate) fn password_grant(client: &TestClient, username: &str, password: &str) -> TestRequest {
    form(client, &[("grant_type", "password"), ("username", username), ("password", password)])
}

/// Trades a refresh token.
pub(crate) fn refresh_grant(client: &TestClient, refresh_token: &str) -> TestRequest {
    form(client, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)])
}
