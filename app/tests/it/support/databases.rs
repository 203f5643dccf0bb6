//! A database of each test's own: a SQLite file in the test's folder or, when `TEST_DATABASE_URL`
//! names a Postgres server, a database of that server which is called after the folder.
//!
//! On Postgres the steps of the schema run once, into a template of this build; each test gets a
//! copy of it. Nothing is dropped but what bears a test's name.

use std::{future::Future, path::Path, time::UNIX_EPOCH};

use app::migrations;
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row, postgres::PgConnectOptions, query};
use url::Url;

/// Any number: whoever makes the template holds this lock of the server.
const TEMPLATE_LOCK: i64 = 7_310_868_735_422_263_411;

/// The databases that the suite runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub(crate) fn current() -> Self {
        if server().is_some() { Self::Postgres } else { Self::Sqlite }
    }

    /// Whether a test that is about this database alone can run, and why it is about it alone.
    #[expect(clippy::print_stdout, reason = "who reads a run should see what it left out")]
    pub(crate) fn is_wanted(wanted: Self, because: &str) -> bool {
        let current = Self::current();
        if current != wanted {
            println!("not on {current:?}: {because}");
        }
        current == wanted
    }

    /// One of two texts: for SQLite, for Postgres.
    pub(crate) fn pick<T>(sqlite: T, postgres: T) -> T {
        match Self::current() {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

/// The server of this run, named by a database that tests do not touch.
#[expect(clippy::disallowed_methods, reason = "which database the suite runs on is not the application's setting")]
fn server() -> Option<Url> {
    let url = std::env::var("TEST_DATABASE_URL").ok()?;
    Some(Url::parse(&url).expect("TEST_DATABASE_URL is a URL"))
}

/// The URL of the folder's database, which has no table yet and on SQLite is not there yet.
pub(crate) fn empty_url(folder: impl AsRef<Path>) -> String {
    url(folder, false)
}

/// The URL of the folder's database; on Postgres it is migrated, on SQLite it is not there yet.
pub(crate) fn database_url(folder: impl AsRef<Path>) -> String {
    url(folder, true)
}

/// A URL of this backend that names nothing.
pub(crate) fn missing_url(folder: impl AsRef<Path>) -> String {
    match server() {
        None => sqlite_url(&folder.as_ref().join("none.db")),
        Some(server) => with_name(&server, "none"),
    }
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn url(folder: impl AsRef<Path>, migrated: bool) -> String {
    let Some(server) = server() else {
        return sqlite_url(&folder.as_ref().join("app.db"));
    };
    let name = name(folder);
    let url = with_name(&server, &name);
    run(async move {
        // A second start on the same folder finds what the first one left.
        if !exists(&server, &name).await {
            let template = if migrated { template(&server).await } else { "template0".to_owned() };
            execute(&server, &format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"")).await;
        }
    });
    url
}

/// Drops the folder's database when the test ends.
pub(crate) struct Cleanup(Option<(Url, String)>);

impl Cleanup {
    pub(crate) fn of(folder: impl AsRef<Path>) -> Self {
        Self(server().map(|server| (server, name(folder))))
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        if let Some((server, name)) = self.0.take() {
            run(async move { execute(&server, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await });
        }
    }
}

fn name(folder: impl AsRef<Path>) -> String {
    format!("test{}", folder.as_ref().file_name().unwrap().to_str().unwrap())
}

fn with_name(server: &Url, name: &str) -> String {
    let mut url = server.clone();
    url.set_path(name);
    url.into()
}

/// The migrated database that tests get copies of, made by the first test that asks.
async fn template(server: &Url) -> String {
    let binary = std::fs::metadata(std::env::current_exe().unwrap()).unwrap();
    let built = binary.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let name = format!("template.{}", built.as_nanos());
    let mut admin = connect(server).await;
    query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut admin).await.unwrap();
    if !exists(server, &name).await {
        // Its name is given last: one that is not whole is not found.
        let draft = format!("{name}.draft");
        execute(server, &format!("DROP DATABASE IF EXISTS \"{draft}\"")).await;
        execute(server, &format!("CREATE DATABASE \"{draft}\" TEMPLATE template0")).await;
        migrations::apply(&with_name(server, &draft)).await.unwrap();
        execute(server, &format!("ALTER DATABASE \"{draft}\" RENAME TO \"{name}\"")).await;
    }
    admin.close().await.unwrap();
    name
}

async fn exists(server: &Url, name: &str) -> bool {
    let mut admin = connect(server).await;
    let count = query("SELECT count(*) FROM pg_database WHERE datname = $1").bind(name);
    let count: i64 = count.fetch_one(&mut admin).await.unwrap().get(0);
    admin.close().await.unwrap();
    count > 0
}

/// Runs statements as the server's owner, outside of any database of a test.
async fn execute(server: &Url, sql: &str) {
    let mut admin = connect(server).await;
    query(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
}

async fn connect(server: &Url) -> sea_orm::sqlx::PgConnection {
    let options: PgConnectOptions = server.as_str().parse().unwrap();
    options.disable_statement_logging().connect().await.unwrap()
}

/// Runs to its end from anywhere: from a test's runtime and from a drop.
fn run(work: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(|| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    });
    thread.join().unwrap();
}
