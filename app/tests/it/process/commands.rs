//! The commands that do not serve.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::backend::{Backend, command, names_in, run};

#[test]
fn openapi_prints_the_document_and_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[("PORT", "wrong"), ("ENVIRONMENT", "production")], &["openapi"]);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(names_in(folder.path()).is_empty());
    let backend = Backend::start(folder.path(), &[]);
    assert_eq!(backend.get("/api/openapi.json", "").expect(200).json(), document);
}

#[test]
fn help_names_the_commands_and_version_the_version() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &[("PORT", "wrong")], &["--help"]);
    assert!(help.status.success(), "{help:?}");
    let text = String::from_utf8(help.stdout).unwrap();
    for word in ["Usage: backend", "serve", "openapi", ".env.sample", "Without a command, it serves."] {
        assert!(text.contains(word), "{word}\n{text}");
    }
    let version = run(folder.path(), &[], &["--version"]);
    assert_eq!(String::from_utf8(version.stdout).unwrap(), format!("backend {}\n", env!("CARGO_PKG_VERSION")));
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn an_unknown_command_is_refused_with_the_usage() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[], &["sevre"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("'sevre'") && text.contains("Usage"), "{text}");
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn keys_rotate_makes_a_key_that_a_running_service_gets_to_know() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("FIRST_ADMIN_EMAIL", "root@example.com"), ("FIRST_ADMIN_PASSWORD", "correct horse battery")];
    let backend = Backend::start(folder.path(), &settings);
    let pair = backend.login("admin", "correct horse battery").expect(200);
    let output = run(folder.path(), &settings, &["keys", "rotate", "--json"]);
    assert!(output.status.success(), "{output:?}");
    let rotated: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rotated["algorithm"], "EdDSA");
    assert!(rotated["signs_from"].as_str() < rotated["old_keys_until"].as_str(), "{rotated}");
    backend.get("/api/v1/users/me", &pair.text("access_token")).expect(200);
    backend.stop();

    let backend = Backend::start(folder.path(), &settings);
    let keys = backend.get("/.well-known/jwks.json", "").expect(200).json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(keys["keys"][0]["kid"], rotated["kid"]);

    let output = run(folder.path(), &[("SECRET_KEY", "another key that is long enough!")], &["keys", "rotate"]);
    assert!(!output.status.success(), "{output:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("SECRET_KEY"));
}

/// Runs the binary to its end, with lines on standard input.
fn answer(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = command(folder, &[]);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn create_admin_asks_for_what_is_missing_and_the_administrator_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let made =
        answer(folder.path(), &["create-admin", "--email", "ada@example.com", "--json"], "ada\nblue otters swim\n");
    assert!(made.status.success(), "{made:?}");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!((&made["username"], &made["email"]), (&"ada".into(), &"ada@example.com".into()));
    for (input, complaint) in [
        ("ada\nblue otters swim\n", "taken"),
        ("bob\nPassw0rd!\n", "everybody tries first"),
        ("bob\nshort\n", "at least 8"),
        ("b b\n", "letters"),
        ("", "no answer"),
    ] {
        let refused = answer(folder.path(), &["create-admin", "--email", "ada@example.com"], input);
        assert!(!refused.status.success(), "{input}");
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(text.contains(complaint) && !text.contains("otters") && !text.contains("Passw0rd"), "{text}");
    }
    let backend = Backend::start(folder.path(), &[]);
    assert!(!backend.greeting.contains("password"), "there is an administrator: {}", backend.greeting);
    let token = backend.login("ada", "blue otters swim").expect(200).text("access_token");
    backend.get("/api/v1/users", &token).expect(200);
}

#[test]
fn users_are_listed_deactivated_and_given_passwords_beside_a_running_service() {
    let folder = tempfile::tempdir().unwrap();
    for (email, name) in [("ada@example.com", "ada"), ("bob@example.com", "bob")] {
        let arguments = ["create-admin", "--email", email, "--username", name];
        assert!(answer(folder.path(), &arguments, "blue otters swim\n").status.success());
    }
    let backend = Backend::start(folder.path(), &[]);
    let token = backend.login("bob", "blue otters swim").expect(200).text("access_token");
    let list = |arguments: &[&str]| {
        let output = answer(folder.path(), &[&["users", "list", "--json"], arguments].concat(), "");
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let users = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        users.map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&[]), ["ada", "bob"]);
    assert_eq!(list(&["--q", "BO", "--role", "admin"]), ["bob"]);
    let one = |what: &str, user: &str, input: &str| answer(folder.path(), &["users", what, user], input);
    assert!(one("deactivate", "bob", "").status.success());
    backend.get("/api/v1/users/me", &token).expect(401);
    let last = one("deactivate", "ada", "");
    assert!(!last.status.success() && String::from_utf8(last.stderr).unwrap().contains("last active administrator"));
    assert!(one("activate", "bob@example.com", "").status.success());
    assert!(one("set-password", "bob", "green herons fly\n").status.success());
    backend.login("bob", "blue otters swim").expect(400);
    backend.login("bob", "green herons fly").expect(200);
    let deleted = one("delete", "bob", "");
    let id = String::from_utf8(deleted.stdout).unwrap().split(' ').next().unwrap().to_owned();
    assert_eq!(list(&[]), ["ada"]);
    assert_eq!(list(&["--include-deleted"]), ["ada", "bob"]);
    assert!(one("restore", &id, "").status.success());
    assert_eq!(list(&[]), ["ada", "bob"]);
    assert!(!one("deactivate", "nobody", "").status.success());
}
