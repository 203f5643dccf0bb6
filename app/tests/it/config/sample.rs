//! `.env.sample` names every setting, and is itself a valid `.env`.

use std::collections::BTreeSet;

use app::config::{Settings, Sources};

const SAMPLE: &str = include_str!("../../../../.env.sample");

#[test]
fn it_names_every_variable_once_and_no_other() {
    let pairs = dotenvy::from_read_iter(SAMPLE.as_bytes());
    let named: Vec<String> = pairs.map(|pair| pair.unwrap().0).collect();
    let known: BTreeSet<&str> = Settings::names().iter().copied().collect();
    let unique: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    assert_eq!(unique, known);
    assert_eq!(named.len(), unique.len());
}

#[test]
fn it_holds_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let here = [("DATA_DIR", folder.path().to_str().unwrap())];
    let defaults = Settings::from_sources(Sources::from_environment(here)).unwrap();
    let sources = Sources::from_environment(here).with_dotenv(SAMPLE);
    let sample = Settings::from_sources(sources).unwrap();
    assert_eq!(format!("{sample:?}"), format!("{defaults:?}"));
}

#[test]
fn every_variable_has_its_meaning_above_it() {
    let lines: Vec<&str> = SAMPLE.lines().collect();
    for pair in lines.windows(2) {
        let is_variable = pair[1].contains('=') && !pair[1].starts_with('#');
        assert!(!is_variable || pair[0].starts_with("# "), "{}", pair[1]);
    }
}
