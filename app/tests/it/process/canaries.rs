//! What is secret is nowhere: not in the log, not in an error, not in a metric, not in a trace.

use std::path::Path;

use serde_json::json;
use url::Url;

use super::backend::{Answer, Backend, run};
use super::collector::Collector;
use super::observability::{free_port, metrics_of};
use crate::support::{database_url, databases};

const SECRET_KEY: &str = "the-secret-key-of-this-test-0123456789";
const ADMIN_PASSWORD: &str = "staple of an administrator";
const PASSWORD: &str = "hunter2 hunter2";
const WRONG_PASSWORD: &str = "hunter3 hunter3";
const COOKIE: &str = "canary-of-a-cookie";
const DATABASE: &str = "canary-of-the-database";

/// What a client has seen.
#[derive(Default)]
struct Seen {
    /// Every secret that was on the wire
    secrets: Vec<String>,
    /// The answers that are errors
    errors: String,
}

impl Seen {
    fn error(&mut self, answer: Answer, status: u16) {
        let answer = answer.expect(status);
        self.errors += &format!("{}\n{}\n", answer.head, answer.body);
    }

    fn secret(&mut self, secret: String) -> String {
        self.secrets.push(secret.clone());
        secret
    }
}

/// Goes through the API as a client does, well and badly.
fn session(backend: &Backend) -> Seen {
    let mut seen = Seen::default();
    let account = json!({ "email": "ada@secret.example", "username": "ada", "password": PASSWORD });
    backend.post("/api/v1/auth/register", "", &account).expect(201);
    seen.error(backend.post("/api/v1/auth/register", "", &account), 409);
    let wrong = json!({ "email": "x", "username": "x", "password": [PASSWORD] });
    seen.error(backend.post("/api/v1/auth/register", "", &wrong), 422);
    let broken = format!("{{\"password\": \"{PASSWORD}\"");
    seen.error(backend.ask("POST", "/api/v1/auth/register", "", Some(("application/json", &broken))), 422);
    seen.error(backend.login("ada", WRONG_PASSWORD), 400);
    backend.login("ada@secret.example", PASSWORD).expect(200);
    let pair = backend.login("ada", PASSWORD).expect(200);
    let access = seen.secret(pair.text("access_token"));
    let refresh = seen.secret(pair.text("refresh_token"));
    backend.get(&format!("/api/v1/users/me?token={access}"), &access).expect(200);
    seen.error(backend.get("/api/v1/users/me", &format!("{access}x")), 401);
    seen.error(backend.get("/api/v1/users", &access), 403);
    seen.error(backend.get("/api/v1/users?q=ada@secret.example", &access), 403);
    backend.post("/api/v1/items", &access, &json!({ "name": "Fork", "price": "2.50" })).expect(201);
    seen.error(backend.post("/api/v1/items", &access, &json!({ "name": "Fork", "price": "x" })), 422);
    seen.error(backend.get(&format!("/nothing/here?password={WRONG_PASSWORD}").replace(' ', "+"), &access), 404);

    let made = backend.post("/api/v1/api-keys", &access, &json!({ "name": "robot", "scopes": ["items:read"] }));
    let key = seen.secret(made.expect(201).text("key"));
    let with = |key: &str| format!("X-API-Key: {key}\r\nCookie: session={COOKIE}\r\n");
    backend.send("GET", "/api/v1/users/me", &with(&key), None).expect(200);
    seen.error(backend.send("DELETE", "/api/v1/users/me", &with(&key), None), 401);
    let wrong = seen.secret(key.chars().rev().collect());
    seen.error(backend.send("GET", "/api/v1/users/me", &with(&wrong), None), 401);

    let next = backend.form(&format!("grant_type=refresh_token&refresh_token={refresh}")).expect(200);
    let last = seen.secret(next.text("access_token"));
    let spent = seen.secret(next.text("refresh_token"));
    backend.ask("POST", "/api/v1/auth/logout", &last, None).expect(204);
    seen.error(backend.form(&format!("grant_type=refresh_token&refresh_token={spent}")), 400);
    seen.secret(backend.login("root@secret.example", ADMIN_PASSWORD).expect(200).text("access_token"));
    seen
}

/// The folder's database, under a URL that has a secret in it.
fn secret_url(folder: &Path) -> (String, String) {
    match databases::Backend::current() {
        databases::Backend::Sqlite => {
            (format!("sqlite:{}", folder.join(DATABASE).with_extension("db").display()), DATABASE.to_owned())
        }
        databases::Backend::Postgres => {
            let mut url = Url::parse(&database_url(folder)).unwrap();
            if url.password().is_none() {
                url.set_password(Some(DATABASE)).unwrap();
            }
            let password = url.password().unwrap().to_owned();
            (url.into(), password)
        }
    }
}

#[test]
fn no_secret_is_in_a_log_an_error_a_metric_or_a_trace() {
    for format in ["json", "pretty"] {
        let (folder, collector, port) = (tempfile::tempdir().unwrap(), Collector::default(), free_port());
        let (url, database) = secret_url(folder.path());
        let settings = [
            ("LOG_LEVEL", "trace"),
            ("LOG_FORMAT", format),
            ("LOG_FILE", "backend.log"),
            ("OTEL__ENDPOINT", &collector.start()),
            ("METRICS__PORT", &port.to_string()),
            ("DATABASE_URL", &url),
            ("SECRET_KEY", SECRET_KEY),
            ("FIRST_ADMIN_EMAIL", "root@secret.example"),
            ("FIRST_ADMIN_PASSWORD", ADMIN_PASSWORD),
        ];
        let backend = Backend::start(folder.path(), &settings);
        let mut seen = session(&backend);
        let metrics = metrics_of(port).body;
        let (stdout, stderr) = backend.stop();
        let file = std::fs::read_to_string(folder.path().join("backend.log")).unwrap();
        let traces = collector.text();
        assert!(!stdout.contains('\u{1b}'), "colours in a file: {stdout}");
        // Each place is one where a secret would be seen.
        assert!(stdout.contains("answered") && file.contains("answered"), "{stdout}");
        assert!(metrics.contains("route=\"/api/v1/users/me\""), "{metrics}");
        assert!(traces.contains("/api/v1/users/me"), "{traces}");
        assert!(seen.errors.contains("/api/v1/users/me"), "{}", seen.errors);

        seen.secrets
            .extend([SECRET_KEY, ADMIN_PASSWORD, PASSWORD, WRONG_PASSWORD, COOKIE, &database].map(str::to_owned));
        seen.secrets.extend(["hunter2+hunter2", "hunter3+hunter3", "@secret.example"].map(str::to_owned));
        seen.secrets.extend(["$argon2id", "Bearer ey"].map(str::to_owned));
        for (place, text) in [
            ("standard output", &stdout),
            ("standard error", &stderr),
            ("the file", &file),
            ("the errors", &seen.errors),
            ("the metrics", &metrics),
            ("the traces", &traces),
        ] {
            for secret in &seen.secrets {
                let line = text.lines().find(|line| line.contains(secret));
                assert_eq!(line, None, "{secret} is in {place}");
            }
        }
    }
}

#[test]
fn a_database_that_is_away_is_told_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://shop:{DATABASE}@127.0.0.1:{}/shop", free_port());
    let output = run(folder.path(), &[("DATABASE_URL", &url), ("LOG_LEVEL", "trace")], &[]);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(!output.status.success() && !said.is_empty(), "{said}");
    assert!(!said.contains(DATABASE), "{said}");
}
