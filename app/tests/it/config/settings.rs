//! Defaults, sources and errors of settings.

use std::time::Duration;

use app::config::{Environment, LogFormat, LogLevel, Settings};
use fastrail::settings::{SettingsError, Sources};
use secrecy::ExposeSecret;

use crate::support::SECRET_KEY;

fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let mut all = vec![("SECRET_KEY", SECRET_KEY)];
    all.extend_from_slice(pairs);
    Settings::of(&Sources::of(all))
}

fn problems(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let error = read(pairs).unwrap_err();
    error.problems().iter().map(|problem| (problem.name.clone(), problem.message.clone())).collect()
}

/// With a `.env` beside the environment
fn read_dotenv(pairs: &[(&str, &str)], dotenv: &str) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    std::fs::write(&path, dotenv).unwrap();
    let pairs = pairs.iter().copied().chain([("SECRET_KEY", SECRET_KEY)]);
    Settings::of(&Sources::of(pairs).file(path))
}

#[test]
fn the_defaults_are_those_of_the_issue() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.server.host.to_string(), "127.0.0.1");
    assert_eq!(settings.server.port, 8000);
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.auth.access_token_ttl, Duration::from_secs(15 * 60));
    assert_eq!(settings.auth.refresh_token_ttl, Duration::from_secs(30 * 86_400));
    assert_eq!(settings.database.acquire_timeout, Duration::from_secs(3));
    assert_eq!(settings.database.statement_timeout, Duration::from_secs(30));
    assert_eq!(settings.database.idle_in_transaction_timeout, Duration::from_secs(10));
    assert_eq!(settings.server.drain_timeout, Duration::from_secs(30));
    assert_eq!(settings.server.limits.max_connections, 10_000);
    assert_eq!(settings.server.deadlines.request, Duration::from_secs(60));
    assert!(settings.server.trusted_proxies.is_empty() && settings.server.socket.is_none());
    assert_eq!(settings.database.url.expose_secret(), "sqlite:./data/app.db");
    assert!(settings.docs_enabled && !settings.debug);
    assert_eq!(settings.logging.format, LogFormat::Pretty);
}

#[test]
fn production_hides_the_docs_and_logs_json_unless_told_otherwise() {
    let production = ("ENVIRONMENT", "production");
    let settings = read(&[production]).unwrap();
    assert!(!settings.docs_enabled);
    assert_eq!(settings.logging.format, LogFormat::Json);
    assert!(read(&[production, ("DOCS_ENABLED", "true")]).unwrap().docs_enabled);
}

#[test]
fn every_error_is_told_at_once_with_its_variable() {
    let found = problems(&[
        ("PORT", "70000"),
        ("ENVIRONMENT", "prod"),
        ("LOG_LEVEL", "loud"),
        ("AUTH__ACCESS_TOKEN_TTL", "15"),
        ("AUTH__REFRESH_TTL", "3d"),
        ("DATABASE_URL", "mysql://root:hunter2@db/app"),
        ("REDIS_URL", "localhost"),
        ("DEBUG", "yes"),
    ]);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "AUTH__ACCESS_TOKEN_TTL",
        "AUTH__REFRESH_TTL",
        "DATABASE_URL",
        "DEBUG",
        "ENVIRONMENT",
        "LOG_LEVEL",
        "PORT",
        "REDIS_URL",
    ];
    assert_eq!(names, expected);
    assert!(!format!("{found:?}").contains("hunter2"));
}

#[test]
fn an_unknown_name_in_a_section_is_refused_with_a_hint() {
    let found = problems(&[("AUTH__ACCES_TOKEN_TTL", "15m")]);
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("did you mean AUTH__ACCESS_TOKEN_TTL?"), "{found:?}");
}

#[test]
fn unknown_names_elsewhere_in_the_environment_are_not_ours() {
    assert!(read(&[("PATH", "/bin"), ("OTHER__NAME", "1"), ("HOSTNAME", "x")]).is_ok());
}

#[test]
fn any_unknown_name_in_dotenv_is_refused_with_a_hint() {
    let error = read_dotenv(&[], "PROT=8001\nport=8002\nQUITE_OTHER=1\n").unwrap_err();
    let text = error.to_string();
    assert_eq!(error.problems().len(), 2, "{text}");
    assert_eq!(text.matches("did you mean PORT?").count(), 1, "{text}");
    assert!(text.contains("QUITE_OTHER: is not a setting, but set in "), "{text}");
}

#[test]
fn the_environment_wins_over_dotenv_and_empty_means_the_default() {
    let dotenv = "PORT=9002\nLOG_LEVEL=debug\nHOST=0.0.0.0\n";
    let settings = read_dotenv(&[("PORT", "9001"), ("LOG_LEVEL", "")], dotenv).unwrap();
    assert_eq!(settings.server.port, 9001);
    assert_eq!(settings.logging.level.as_str(), "info");
    assert_eq!(settings.server.host.to_string(), "0.0.0.0");
}

#[test]
fn a_broken_line_of_dotenv_is_told_without_its_content() {
    let error = read_dotenv(&[], "PORT=9001\nFIRST_ADMIN_PASSWORD='hunter2\n").unwrap_err();
    assert!(error.problems()[0].name.ends_with(".env"), "{error}");
    assert!(!error.to_string().contains("hunter2"));
}

#[test]
fn databases_are_sqlite_files_and_postgres_servers() {
    for good in [
        "sqlite:data/app.db",
        "postgres://db/app",
        "postgresql://ada:hunter2@[::1]:5433/app?sslmode=verify-full",
        "postgres://ada@%2Frun%2Fpostgresql/app",
        "postgres:///?host=/run/postgresql&dbname=app",
    ] {
        assert!(read(&[("DATABASE_URL", good)]).is_ok(), "{good}");
    }
    for bad in [
        "sqlite::memory:",
        "sqlite:",
        "postgres:",
        "postgres://ada:hunter2@db",
        "postgres://ada:hunter2@db:port/app",
        "postgres://ada:hunter2@db/app?sslmode=sometimes",
        "mysql://ada:hunter2@db/app",
    ] {
        let found = problems(&[("DATABASE_URL", bad)]);
        assert_eq!(found[0].0, "DATABASE_URL");
        assert!(!found[0].1.contains("hunter2"), "{found:?}");
    }
}

#[test]
fn the_first_administrator_needs_both_halves_and_a_real_password() {
    assert_eq!(problems(&[("FIRST_ADMIN_EMAIL", "a@example.com")])[0].0, "FIRST_ADMIN_PASSWORD");
    assert_eq!(problems(&[("FIRST_ADMIN_PASSWORD", "long enough")])[0].0, "FIRST_ADMIN_EMAIL");
    let short = [("FIRST_ADMIN_EMAIL", "a@example.com"), ("FIRST_ADMIN_PASSWORD", "short")];
    assert_eq!(problems(&short).len(), 1);
}

#[test]
fn no_secret_shows_in_debug_output() {
    let settings = read(&[
        ("FIRST_ADMIN_EMAIL", "a@example.com"),
        ("FIRST_ADMIN_PASSWORD", "hunter2hunter2"),
        ("REDIS_URL", "redis://:hunter2@localhost"),
    ])
    .unwrap();
    let text = format!("{settings:?}");
    assert!(!text.contains("hunter2") && !text.contains(SECRET_KEY), "{text}");
}

#[test]
fn a_data_folder_may_have_any_name() {
    let odd = read(&[("DATA_DIR", "/tmp/100% sure?")]).unwrap();
    assert_eq!(odd.database.url.expose_secret(), "sqlite:/tmp/100%25 sure%3F/app.db");
}

#[test]
fn debug_shows_more_unless_the_level_is_set() {
    assert_eq!(read(&[]).unwrap().logging.level, LogLevel::Info);
    assert_eq!(read(&[("DEBUG", "true")]).unwrap().logging.level, LogLevel::Debug);
    assert_eq!(read(&[("DEBUG", "true"), ("LOG_LEVEL", "warn")]).unwrap().logging.level, LogLevel::Warn);
}
