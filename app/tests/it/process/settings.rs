//! Settings that cannot be used, and those that can.

use super::backend::{Backend, names_in, run};
use crate::support::databases;

const SAMPLE: &str = include_str!("../../../../.env.sample");

#[test]
fn every_wrong_setting_is_told_at_once_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "PROT=1\nDEBUG=perhaps\n").unwrap();
    let wrong = [
        ("PORT", "99999"),
        ("LOG_LEVEL", "loud"),
        ("ENVIRONMENT", "moon"),
        ("AUTH__ACCESS_TOKEN_TTL", "15"),
        ("AUTH__NO_SUCH_THING", "1"),
        ("SECRET_KEY", "hunter2"),
        ("DATABASE_URL", "mysql://me:hunter2@example.com/db"),
        ("FIRST_ADMIN_PASSWORD", "hunter2"),
    ];
    let output = run(folder.path(), &wrong, &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    for (name, _) in wrong.iter().chain(&[("PROT", ""), ("DEBUG", ""), ("FIRST_ADMIN_EMAIL", "")]) {
        assert!(text.lines().any(|line| line.trim_start().starts_with(&format!("{name}: "))), "{name}\n{text}");
    }
    assert!(text.contains("did you mean PORT?"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    assert_eq!(names_in(folder.path()), [".env"]);
}

#[test]
fn check_config_prints_what_is_in_force_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "AUTH__ACCESS_TOKEN_TTL=10m\n").unwrap();
    let settings =
        [("SECRET_KEY", "hunter2hunter2hunter2hunter2hunter2"), ("DATABASE_URL", "postgres://me:hunter2@db/app")];
    let output = run(folder.path(), &settings, &["check-config"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |name: &str| text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_default();
    assert!(line("AUTH__ACCESS_TOKEN_TTL").ends_with("= 10m  (.env)"), "{text}");
    assert!(line("RATE_LIMIT__AUTH").ends_with("= 20/minute  (default)"), "{text}");
    assert!(line("SECRET_KEY").ends_with("= ********  (the environment)"), "{text}");
    assert!(line("REDIS_URL").ends_with("(not set)"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let json = run(folder.path(), &settings, &["check-config", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), text.lines().count());
    assert!(!json.to_string().contains("hunter2"), "{json}");
    let wrong =
        run(folder.path(), &[("CORS__ALLOW_ORIGINS", "*"), ("CORS__ALLOW_CREDENTIALS", "true")], &["check-config"]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("CORS__ALLOW_ORIGINS: should name origins"));
    assert_eq!(names_in(folder.path()), [".env"]);
}

#[test]
fn production_and_staging_refuse_to_start_without_a_secret_key() {
    for environment in ["production", "staging"] {
        let folder = tempfile::tempdir().unwrap();
        let output = run(folder.path(), &[("ENVIRONMENT", environment)], &[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(&format!("SECRET_KEY: is needed in {environment}")), "{text}");
        assert!(names_in(folder.path()).is_empty());
    }
}

#[test]
fn production_makes_nothing_up_and_shows_no_documentation() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("ENVIRONMENT", "production"), ("SECRET_KEY", "0123456789abcdef0123456789abcdef")];
    let backend = Backend::start(folder.path(), &settings);
    backend.get("/api/docs", "").expect(404);
    backend.get("/api/openapi.json", "").expect(404);
    backend.get("/health/ready", "").expect(200);
    backend.login("admin", "x").expect(400);
    let (stdout, stderr) = backend.stop();
    assert!(!stderr.contains("password") && !stderr.contains("ocumentation"), "{stderr}");
    assert!(stdout.contains("there is no administrator"), "{stdout}");
    for line in stdout.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    // The database is all that is kept, and a server keeps it elsewhere.
    let data = folder.path().join("data");
    let kept = databases::Backend::pick(Some(vec!["app.db".to_owned()]), None);
    assert_eq!(data.exists().then(|| names_in(&data)), kept);
}

#[test]
fn the_sample_is_a_dotenv_to_start_with() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), SAMPLE).unwrap();
    // The environment's PORT=0 wins over the file's 8000.
    let backend = Backend::start(folder.path(), &[]);
    assert_ne!(backend.address.port(), 8000);
    backend.get("/health/ready", "").expect(200);
    backend.stop();
}

#[test]
fn the_first_administrator_is_whom_the_settings_name() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("FIRST_ADMIN_EMAIL", "root@example.com"), ("FIRST_ADMIN_PASSWORD", "correct horse battery")];
    let backend = Backend::start(folder.path(), &settings);
    let pair = backend.login("root@example.com", "correct horse battery").expect(200);
    backend.get("/api/v1/users", &pair.text("access_token")).expect(200);
    let (stdout, stderr) = backend.stop();
    assert!(!(stdout + &stderr).contains("correct horse"), "{stderr}");
}
