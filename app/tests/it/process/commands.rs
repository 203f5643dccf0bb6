//! The commands that do not serve.

use serde_json::Value;

use super::backend::{Backend, names_in, run};

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
