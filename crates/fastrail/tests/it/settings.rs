//! Settings as an app reads them: from variables, a file and a folder of secrets.

use fastrail::prelude::*;
use fastrail::settings::Environment;

#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: String,
    password: SecretString,
    #[serde(default)]
    debug: bool,
    port: Option<u16>,
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("fastrail-settings-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_secrets() {
    let folder = folder("order");
    std::fs::write(folder.join(".env"), "T_NAME=file\nT_PORT=81\nOTHER=x\n").expect("a file");
    let secrets = folder.join("secrets");
    std::fs::create_dir_all(&secrets).expect("a folder");
    std::fs::write(secrets.join("t_port"), "82\n").expect("a file");
    std::fs::write(secrets.join("T_PASSWORD"), "hush \n").expect("a file");
    let environment = Environment::of([("T_NAME", "process"), ("t_debug", "yes"), ("HOME", "/")]).prefix("T_");
    let settings: Settings = environment.file(folder.join(".env")).secrets(&secrets).read().expect("settings");
    std::fs::remove_dir_all(folder).expect("the folder");
    assert_eq!((settings.name.as_str(), settings.port, settings.debug), ("process", Some(81), true));
    assert_eq!(settings.password.expose_secret(), "hush ");
}

#[test]
fn every_problem_is_told_at_once_and_no_value_with_it() {
    let variables =
        [("T_PASSWORD", "hush\0hush"), ("T_DEBUG", "perhaps"), ("T_PORT", "70000"), ("T_COLOUR", "crimson")];
    let error = Environment::of(variables).prefix("T_").read::<Settings>().expect_err("wrong settings");
    let named: Vec<&str> = error.problems().iter().filter_map(|problem| Some(problem.split_once(':')?.0)).collect();
    assert_eq!(named, ["T_NAME", "T_PASSWORD", "T_DEBUG", "T_PORT", "T_COLOUR"]);
    for value in ["hush", "perhaps", "70000", "crimson"] {
        assert!(!error.to_string().contains(value), "{error}");
    }
}

#[test]
fn an_empty_variable_means_the_default() {
    let variables = [("T_NAME", "n"), ("T_PASSWORD", "p"), ("T_PORT", "")];
    let settings: Settings = Environment::of(variables).prefix("T_").read().expect("settings");
    assert_eq!((settings.port, settings.debug), (None, false));
}

#[test]
fn a_file_that_is_no_list_of_settings_is_named() {
    let folder = folder("wrong");
    std::fs::write(folder.join("wrong.env"), "no setting\n").expect("a file");
    let error = Environment::of([("X", "y")]).file(folder.join("wrong.env")).read::<Settings>().expect_err("no file");
    std::fs::remove_dir_all(folder).expect("the folder");
    assert!(error.to_string().contains("wrong.env"), "{error}");
}

#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Whole {
    title: String,
    database: Database,
    #[serde(default)]
    cache: Option<Cache>,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Database {
    url: SecretString,
    pool: Pool,
}

#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Pool {
    #[schema(ge = 1)]
    max_size: u16,
    #[serde(default)]
    kind: PoolKind,
}

#[derive(Debug, Default, Deserialize, Schema, PartialEq)]
#[serde(rename_all = "snake_case")]
enum PoolKind {
    #[default]
    Lazy,
    Eager,
}

#[derive(Debug, Deserialize, Schema)]
struct Cache {
    hosts: Vec<String>,
}

#[test]
fn a_struct_inside_is_a_section_behind_two_underscores() {
    let variables = [
        ("T_TITLE", "t"),
        ("T_DATABASE__URL", "sqlite"),
        ("t_database__pool__max_size", "5"),
        ("T_DATABASE__POOL__KIND", "eager"),
        ("T_CACHE__HOSTS", "one"),
    ];
    let whole: Whole = Environment::of(variables).prefix("T_").read().expect("settings");
    assert_eq!((whole.title.as_str(), whole.database.pool.max_size), ("t", 5));
    assert_eq!(whole.database.pool.kind, PoolKind::Eager);
    assert_eq!(whole.database.url.expose_secret(), "sqlite");
    assert_eq!(whole.cache.expect("a cache").hosts, ["one"]);
}

#[test]
fn every_problem_of_every_section_is_told_by_its_variable() {
    let told = |variables: &[(&str, &str)]| {
        let error =
            Environment::of(variables.iter().copied()).prefix("T_").read::<Whole>().expect_err("wrong settings");
        assert!(!error.to_string().contains("crimson"), "{error}");
        error.problems().to_vec()
    };
    assert_eq!(
        told(&[]),
        ["T_TITLE: Field required", "T_DATABASE__URL: Field required", "T_DATABASE__POOL__MAX_SIZE: Field required"]
    );
    let wrong = told(&[
        ("T_TITLE", "t"),
        ("T_DATABASE__POOL__MAX_SIZE", "0"),
        ("T_DATABASE__POOL__KIND", "crimson"),
        ("T_DATABASE__COLOUR", "crimson"),
        ("T_CACHE__TTL", "crimson"),
    ]);
    let named: Vec<&str> = wrong.iter().filter_map(|problem| Some(problem.split_once(':')?.0)).collect();
    assert_eq!(
        named,
        [
            "T_DATABASE__URL",
            "T_DATABASE__POOL__MAX_SIZE",
            "T_DATABASE__POOL__KIND",
            "T_DATABASE__COLOUR",
            "T_CACHE__HOSTS"
        ]
    );
    // A value where a section belongs.
    let wrong = told(&[("T_TITLE", "t"), ("T_DATABASE", "crimson")]);
    assert!(wrong.len() == 1 && wrong[0].starts_with("T_DATABASE: "), "{wrong:?}");
}
