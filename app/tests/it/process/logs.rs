//! What is logged, and what never is.

use serde_json::{Value, json};

use super::backend::Backend;

const SECRET_KEY: &str = "the-secret-key-of-this-test-0123456789";
const ADMIN_PASSWORD: &str = "staple of an administrator";
const PASSWORD: &str = "hunter2 hunter2";
const WRONG_PASSWORD: &str = "hunter3 hunter3";

/// Goes through the API as a client does, well and badly, and returns every secret that was on the wire.
fn session(backend: &Backend) -> Vec<String> {
    let account = json!({ "email": "ada@secret.example", "username": "ada", "password": PASSWORD });
    backend.post("/api/v1/auth/register", "", &account).expect(201);
    backend.post("/api/v1/auth/register", "", &account).expect(409);
    let wrong = json!({ "email": "x", "username": "x", "password": [PASSWORD] });
    backend.post("/api/v1/auth/register", "", &wrong).expect(422);
    let broken = format!("{{\"password\": \"{PASSWORD}\"");
    backend.ask("POST", "/api/v1/auth/register", "", Some(("application/json", &broken))).expect(422);
    backend.login("ada", WRONG_PASSWORD).expect(400);
    backend.login("ada@secret.example", PASSWORD).expect(200);
    let pair = backend.login("ada", PASSWORD).expect(200);
    let (access, refresh) = (pair.text("access_token"), pair.text("refresh_token"));
    backend.get(&format!("/api/v1/users/me?token={access}"), &access).expect(200);
    backend.get("/api/v1/users/me", &format!("{access}x")).expect(401);
    backend.get("/api/v1/users", &access).expect(403);
    backend.get("/api/v1/users?q=ada@secret.example", &access).expect(403);
    backend.post("/api/v1/items", &access, &json!({ "name": "Fork", "price": "2.50" })).expect(201);
    backend.post("/api/v1/items", &access, &json!({ "name": "Fork", "price": "x" })).expect(422);
    let next = backend.form(&format!("grant_type=refresh_token&refresh_token={refresh}")).expect(200);
    let secrets = vec![access, refresh, next.text("access_token"), next.text("refresh_token")];
    backend.ask("POST", "/api/v1/auth/logout", &secrets[2], None).expect(204);
    backend.form(&format!("grant_type=refresh_token&refresh_token={}", secrets[3])).expect(400);
    backend.login("root@secret.example", ADMIN_PASSWORD).expect(200);
    secrets
}

#[test]
fn no_secret_is_logged_at_any_level() {
    for format in ["json", "pretty"] {
        let folder = tempfile::tempdir().unwrap();
        let settings = [
            ("LOG_LEVEL", "trace"),
            ("LOG_FORMAT", format),
            ("SECRET_KEY", SECRET_KEY),
            ("FIRST_ADMIN_EMAIL", "root@secret.example"),
            ("FIRST_ADMIN_PASSWORD", ADMIN_PASSWORD),
        ];
        let backend = Backend::start(folder.path(), &settings);
        let mut secrets = session(&backend);
        let (stdout, stderr) = backend.stop();
        secrets.extend([SECRET_KEY, ADMIN_PASSWORD, PASSWORD, WRONG_PASSWORD].map(str::to_owned));
        secrets.extend(["hunter2+hunter2", "@secret.example", "$argon2id", "Bearer ey"].map(str::to_owned));
        let said = stdout + &stderr;
        assert!(said.contains("answered"), "{said}");
        assert!(!said.contains('\u{1b}'), "colours in a file: {said}");
        for secret in secrets {
            let line = said.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{secret} was logged");
        }
    }
}

#[test]
fn each_request_has_one_line_of_json_with_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), &[("LOG_FORMAT", "json")]);
    backend.get("/health/live?secret=1", "").expect(200);
    let unknown = backend.get("/api/v1/users/me", "").expect(401);
    let id = unknown.text("request_id");
    assert!(unknown.head.contains(&format!("x-request-id: {id}")), "{unknown:?}");
    let (stdout, _) = backend.stop();
    let lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(answered.len(), 2, "{stdout}");
    assert_eq!((&answered[0]["path"], &answered[0]["status"]), (&json!("/health/live"), &json!(200)));
    assert_eq!((&answered[1]["route"], &answered[1]["status"]), (&json!("/api/v1/users/me"), &json!(401)));
    assert_eq!(answered[1]["request_id"], id.as_str());
}
