//! From an empty folder to the end, and again.

use std::io::{Read, Write};

use serde_json::json;

use super::backend::{Answer, Backend, names_in, run};

const PASSWORD: &str = "correct horse battery";

/// The password of the administrator that was made up.
fn made_up(greeting: &str) -> Option<String> {
    let password = greeting.lines().find_map(|line| line.trim().strip_prefix("password"));
    password.map(|password| password.trim().to_owned())
}

fn register(backend: &Backend, name: &str) -> String {
    let body = json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD });
    backend.post("/api/v1/auth/register", "", &body).expect(201);
    backend.login(name, PASSWORD).expect(200).text("access_token")
}

#[test]
fn it_starts_in_an_empty_folder_and_shows_the_administrator_once() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), &[]);
    let password = made_up(&backend.greeting).unwrap();
    let pair = backend.login("admin", &password).expect(200);
    backend.get("/api/v1/users", &pair.text("access_token")).expect(200);
    backend.get("/api/docs", "").expect(200);
    let docs = format!("http://{}/api/docs", backend.address);
    let (stdout, stderr) = backend.stop();
    assert!(stderr.contains(&docs), "{stderr}");
    assert_eq!(stderr.matches(&password).count(), 1, "{stderr}");
    assert!(!stdout.contains(&password), "{stdout}");

    let again = Backend::start(folder.path(), &[]);
    assert_eq!(made_up(&again.greeting), None);
    again.login("admin", &password).expect(200);
    let (stdout, stderr) = again.stop();
    assert!(!(stdout + &stderr).contains(&password));
}

#[cfg(unix)]
#[test]
fn what_it_makes_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _backend = Backend::start(folder.path(), &[]);
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data"), 0o700);
    assert_eq!(mode("data/secret.key"), 0o600);
}

#[test]
fn data_and_tokens_survive_a_restart_and_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), &[]);
    let token = register(&backend, "ada");
    let item = backend.post("/api/v1/items", &token, &json!({ "name": "Fork", "price": "2.50" })).expect(201).json();
    backend.stop();

    let backend = Backend::start(folder.path(), &[]);
    let path = format!("/api/v1/items/{}", item["id"].as_str().unwrap());
    assert_eq!(backend.get(&path, &token).expect(200).json(), item);
    let body = r#"{"price": "3.00"}"#;
    backend.ask("PATCH", &path, &token, Some(("application/json", body))).expect(200);
    backend.signal("KILL");
    let (status, ..) = backend.wait();
    assert_eq!(status.code(), None);

    let backend = Backend::start(folder.path(), &[]);
    assert_eq!(backend.get(&path, &token).expect(200).text("price"), "3.00");
    backend.login("ada", PASSWORD).expect(200);
    backend.ask("DELETE", &path, &token, None).expect(204);
}

#[test]
fn a_request_that_runs_is_answered_before_it_stops() {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let backend = Backend::start(folder.path(), &[]);
        let token = register(&backend, "ada");
        let body = json!({ "name": "Fork", "price": "2.50" }).to_string();
        let mut stream = backend.post_slowly("/api/v1/items", &token, body.len());
        let mut idle = backend.connect();
        backend.signal(signal);
        // While the request runs, whoever comes is told to go elsewhere; the process itself is well.
        let ready = loop {
            let answer = backend.get("/health/ready", "");
            if answer.status != 200 {
                break answer.expect(503);
            }
        };
        assert_eq!(ready.text("code"), "draining");
        assert!(ready.head.contains("retry-after: 5"), "{ready:?}");
        backend.get("/health", "").expect(503);
        backend.get("/health/live", "").expect(200);
        backend.get("/api/v1/users/me", &token).expect(200);
        let mut nothing = Vec::new();
        idle.read_to_end(&mut nothing).unwrap();
        assert!(nothing.is_empty());
        stream.write_all(body.as_bytes()).unwrap();
        let made = Answer::read(&mut stream).expect(201);
        let (status, stdout, stderr) = backend.wait();
        assert!(status.success(), "{status}\n{stdout}\n{stderr}");

        let backend = Backend::start(folder.path(), &[]);
        let path = format!("/api/v1/items/{}", made.text("id"));
        backend.get(&path, &token).expect(200);
    }
}

#[test]
fn told_to_stop_before_anybody_has_asked_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        Backend::start(folder.path(), &[]).stop();
    }
}

#[test]
fn a_request_that_never_ends_does_not_keep_it() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), &[("SERVER__DRAIN_TIMEOUT", "0s")]);
    let _stream = backend.post_slowly("/api/v1/auth/register", "", 100);
    let (stdout, _) = backend.stop();
    assert!(stdout.contains("deadline has passed"), "{stdout}");
}

#[test]
fn a_taken_port_is_told_and_leaves_nothing_behind() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[("PORT", &port)], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains(&format!("127.0.0.1:{port}")) && text.contains("in use"), "{text}");
    assert!(!text.contains("password"), "{text}");
    assert!(!folder.path().join("data/app.db").exists());
}

#[test]
fn two_that_start_together_share_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Backend::spawn(folder.path(), &[]), Backend::spawn(folder.path(), &[]));
    let (one, two) = (one.ready(), two.ready());
    let passwords: Vec<String> = [&one, &two].iter().filter_map(|backend| made_up(&backend.greeting)).collect();
    assert_eq!(passwords.len(), 1);
    for (a, b) in [(&one, &two), (&two, &one)] {
        let token = a.login("admin", &passwords[0]).expect(200).text("access_token");
        b.get("/api/v1/users/me", &token).expect(200);
        let item = b.post("/api/v1/items", &token, &json!({ "name": "Fork", "price": "1" })).expect(201);
        a.get(&format!("/api/v1/items/{}", item.text("id")), &token).expect(200);
        b.ask("POST", "/api/v1/auth/logout", &token, None).expect(204);
        a.get("/api/v1/users/me", &token).expect(401);
    }
    one.stop();
    two.get("/health/ready", "").expect(200);
    two.stop();
    let names = names_in(&folder.path().join("data"));
    assert!(!names.iter().any(|name| name.starts_with("secret.key.")), "{names:?}");
}

#[test]
fn another_secret_key_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    Backend::start(folder.path(), &[]).stop();
    let output = run(folder.path(), &[("SECRET_KEY", "another-key-another-key-another-key")], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("SECRET_KEY is not the one"), "{text}");
    assert!(!text.contains("another-key"), "{text}");
}

#[test]
fn a_server_that_is_not_there_or_lets_nobody_in_is_told_without_the_password() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://ada:hunter2@{free}/shop");
    let output = run(folder.path(), &[("DATABASE_URL", &url)], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains(&format!("the Postgres server {free}/shop cannot be used")), "{text}");
    assert!(text.contains("refused"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
