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
