//! Settings as an app reads them: from variables, a file and a folder of secrets.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrail::prelude::*;
use fastrail::rate_limit::Rate;
use fastrail::settings::{ByteSize, Problems, Source, Sources};

#[derive(Debug, Settings)]
struct Settings {
    name: String,
    password: SecretString,
    #[setting(default)]
    debug: bool,
    port: Option<u16>,
}

fn problems<T: fastrail::settings::Settings>(sources: &Sources) -> Vec<String> {
    let error = sources.read::<T>().err().expect("wrong settings");
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let (env, secrets) = (folder.path().join(".env"), folder.path().join("secrets"));
    std::fs::write(&env, "T_NAME=file\nT_PORT=81\nOTHER=x\n").expect("a file");
    std::fs::create_dir_all(&secrets).expect("a folder");
    std::fs::write(secrets.join("t_port"), "82\n").expect("a file");
    std::fs::write(secrets.join("T_PASSWORD"), "hush \n").expect("a file");
    std::fs::write(secrets.join("another"), "not ours").expect("a file");
    let sources = Sources::of([("T_NAME", "process"), ("t_debug", "true"), ("HOME", "/")]).prefix("T_");
    let (settings, effective) = sources.file(&env).secrets(&secrets).read_effective::<Settings>().expect("settings");
    assert_eq!((settings.name.as_str(), settings.port, settings.debug), ("process", Some(81), true));
    assert_eq!(settings.password.expose_secret(), "hush ");
    let from: Vec<_> = effective.settings().iter().map(|setting| (setting.name.as_str(), &setting.source)).collect();
    let secret = Source::File(secrets.join("T_PASSWORD"));
    let wanted = [
        ("T_NAME", &Source::Environment),
        ("T_PASSWORD", &secret),
        ("T_DEBUG", &Source::Environment),
        ("T_PORT", &Source::File(env)),
    ];
    assert_eq!(from, wanted);
    assert!(!effective.to_string().contains("hush"), "{effective}");
}

#[test]
fn every_problem_is_told_at_once_and_no_secret_with_it() {
    let variables = [("T_PASSWORD", "hush"), ("T_DEBUG", "perhaps"), ("T_PORT", "70000"), ("T_PASWORD", "hush")];
    assert_eq!(
        problems::<Settings>(&Sources::of(variables).prefix("T_")),
        [
            "T_DEBUG: should be true or false, and is 'perhaps'",
            "T_NAME: is required",
            "T_PASWORD: is not a setting, but set in the environment; did you mean T_PASSWORD?",
            "T_PORT: should be a whole number from 0 to 65535, and is '70000'",
        ]
    );
}

#[test]
fn an_empty_variable_means_the_default_and_hides_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), "PORT=81\n").expect("a file");
    let variables = [("NAME", "n"), ("PASSWORD", "p"), ("PORT", "")];
    let settings: Settings = Sources::of(variables).file(folder.path().join(".env")).read().expect("settings");
    assert_eq!((settings.port, settings.debug), (None, false));
}

#[test]
fn in_a_file_every_name_is_a_setting_and_every_line_readable() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wrong.env");
    std::fs::write(&path, "NAME=n\nPASSWORD=p\nPRT=1\nQUITE_OTHER=1\nno setting\nPORT='hush\n").expect("a file");
    let told = problems::<Settings>(&Sources::of([("HOME", "/")]).file(&path));
    let path = path.display();
    assert_eq!(
        told,
        [
            format!("{path}: entry 5 cannot be read"),
            format!("{path}: entry 6 cannot be read"),
            format!("PRT: is not a setting, but set in {path}; did you mean PORT?"),
            format!("QUITE_OTHER: is not a setting, but set in {path}"),
        ]
    );
    let no_file = folder.path();
    let told = problems::<Settings>(&Sources::of([("NAME", "n"), ("PASSWORD", "p")]).file(no_file));
    assert_eq!(told.len(), 1, "{told:?}");
}

#[derive(Debug, Settings)]
struct Whole {
    title: String,
    database: Database,
    cache: Option<Cache>,
    #[setting(flatten)]
    limits: Limits,
}

#[derive(Debug, Settings)]
struct Database {
    url: SecretString,
    pool: Pool,
}

#[derive(Debug, Settings)]
struct Pool {
    #[setting(ge = 1)]
    max_size: u16,
    #[setting(default)]
    kind: PoolKind,
}

#[derive(Debug, Default, Settings, PartialEq)]
enum PoolKind {
    #[default]
    Lazy,
    #[setting(rename = "at-once")]
    Eager,
}

#[derive(Debug, Settings)]
struct Cache {
    hosts: Vec<String>,
    #[setting(default = "5m")]
    ttl: Duration,
}

#[derive(Debug, Settings, PartialEq)]
struct Limits {
    #[setting(default = "1MiB", lt = "1GiB")]
    max_body: ByteSize,
    #[setting(default = "600/minute")]
    rate: Rate,
    #[setting(default = max_body.bytes() / 2)]
    max_field: u64,
}

#[test]
fn a_struct_inside_is_a_section_behind_two_underscores() {
    let variables = [
        ("T_TITLE", "t"),
        ("T_DATABASE__URL", "sqlite"),
        ("t_database__pool__max_size", "5"),
        ("T_DATABASE__POOL__KIND", "At-Once"),
        ("T_CACHE__HOSTS", "one, two,"),
        ("T_RATE", "100/10s"),
    ];
    let (whole, effective) = Sources::of(variables).prefix("T_").read_effective::<Whole>().expect("settings");
    assert_eq!((whole.title.as_str(), whole.database.pool.max_size), ("t", 5));
    assert_eq!(whole.database.pool.kind, PoolKind::Eager);
    assert_eq!(whole.database.url.expose_secret(), "sqlite");
    let cache = whole.cache.expect("a cache");
    assert_eq!((cache.hosts, cache.ttl), (vec!["one".to_owned(), "two".to_owned()], Duration::from_secs(300)));
    let rate = "100/10s".parse().expect("a rate");
    assert_eq!(whole.limits, Limits { max_body: ByteSize::new(1 << 20), rate, max_field: 1 << 19 });
    assert_eq!(
        effective.to_string(),
        "T_TITLE                    = t  (the environment)
T_DATABASE__URL            = ********  (the environment)
T_DATABASE__POOL__MAX_SIZE = 5  (the environment)
T_DATABASE__POOL__KIND     = at-once  (the environment)
T_CACHE__HOSTS             = one,two  (the environment)
T_CACHE__TTL               = 5m  (default)
T_MAX_BODY                 = 1MiB  (default)
T_RATE                     = 100/10s  (the environment)
T_MAX_FIELD                = 524288  (default)
"
    );
}

#[test]
fn every_problem_of_every_section_is_told_by_its_variable() {
    let told = |variables: &[(&str, &str)]| problems::<Whole>(&Sources::of(variables.iter().copied()).prefix("T_"));
    assert_eq!(
        told(&[]),
        ["T_DATABASE__POOL__MAX_SIZE: is required", "T_DATABASE__URL: is required", "T_TITLE: is required"]
    );
    let wrong = told(&[
        ("T_TITLE", "t"),
        ("T_DATABASE", "crimson"),
        ("T_DATABASE__POOL__MAX_SIZE", "0"),
        ("T_DATABASE__POOL__KIND", "crimson"),
        ("T_DATABASE__COLOUR", "crimson"),
        ("T_CACHE__TTL", "5"),
        ("T_MAX_BODY", "1GiB"),
    ]);
    assert_eq!(
        wrong,
        [
            "T_DATABASE: is a section, whose settings are variables of their own, such as T_DATABASE__URL",
            "T_DATABASE__COLOUR: is not a setting, but set in the environment",
            "T_DATABASE__POOL__KIND: should be lazy or at-once, and is 'crimson'",
            "T_DATABASE__POOL__MAX_SIZE: should be a whole number of at least 1, and is '0'",
            "T_DATABASE__URL: is required",
            "T_MAX_BODY: should be a size of less than 1GiB, and is '1GiB'",
        ]
    );
}

#[test]
fn an_optional_section_is_wanted_when_something_that_it_needs_is_set() {
    #[derive(Debug, Settings)]
    struct Mail {
        #[setting(name = "MAIL_HOST")]
        host: String,
        #[setting(name = "MAIL_USER")]
        user: String,
        #[setting(default = 587)]
        port: u16,
    }
    #[derive(Debug, Settings)]
    struct Shop {
        mail: Option<Mail>,
    }
    let read = |variables: &[(&str, &str)]| Sources::of(variables.iter().copied()).read::<Shop>();
    assert!(read(&[("MAIL__PORT", "25")]).expect("no mail").mail.is_none());
    let mail = read(&[("MAIL_HOST", "h"), ("MAIL_USER", "u")]).expect("mail").mail.expect("mail");
    assert_eq!((mail.host.as_str(), mail.user.as_str(), mail.port), ("h", "u", 587));
    let error = read(&[("MAIL_USER", "u")]).expect_err("half of it");
    assert_eq!(error.problems()[0].to_string(), "MAIL_HOST: is required beside MAIL_USER");
}

#[test]
fn checks_say_what_no_type_can() {
    fn is_origin(origins: &[String]) -> Result<(), String> {
        match origins.iter().find(|origin| !origin.starts_with("https://")) {
            None => Ok(()),
            Some(origin) => Err(format!("should be https, and has '{origin}'")),
        }
    }
    fn differ(shop: &Shop, problems: &mut Problems) {
        if shop.roles.values().any(|role| *role == 0) {
            problems.add("ROLES", "should not be 0");
        }
    }
    #[derive(Debug, Settings)]
    #[settings(check = differ)]
    struct Shop {
        #[setting(default, check = is_origin, max_length = 2)]
        origins: Vec<String>,
        #[setting(default = "admin=1")]
        roles: BTreeMap<String, u8>,
        #[setting(min_length = 8, secret)]
        word: Option<String>,
    }
    let told = |name: &str, value: &str| problems::<Shop>(&Sources::of([(name, value)]));
    assert_eq!(told("ORIGINS", "https://a,http://b"), ["ORIGINS: should be https, and has 'http://b'"]);
    assert_eq!(told("ORIGINS", "https://a,https://b,https://c"), ["ORIGINS: should have at most 2 entries, and has 3"]);
    assert_eq!(told("ROLES", "a=0"), ["ROLES: should not be 0"]);
    assert_eq!(told("ROLES", "a"), ["ROLES: should be pairs such as one=1,two=2, and is 'a'"]);
    assert_eq!(told("WORD", "hush"), ["WORD: should have at least 8 characters, and has 4"]);
    let shop: Shop = Sources::of([("word", "hush, hush")]).read().expect("settings");
    assert_eq!((shop.origins.len(), shop.roles["admin"], shop.word.is_some()), (0, 1, true));
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_told() {
    use std::os::unix::ffi::OsStrExt;

    // In a process of its own, since a test must not change the environment of its neighbours.
    let child = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "settings::child_that_reads_its_environment", "--nocapture"])
        .env("T_NAME", std::ffi::OsStr::from_bytes(b"\xff"))
        .env("T_PASSWORD", "p")
        .env("T_CHILD", "")
        .output()
        .expect("a process");
    let out = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success() && out.contains("T_NAME: is no UTF-8"), "{out}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is told that it is the child")]
fn child_that_reads_its_environment() {
    if std::env::var_os("T_CHILD").is_some() {
        let error = Sources::new().prefix("T_").read::<Settings>().expect_err("no name");
        println!("{error}");
    }
}
