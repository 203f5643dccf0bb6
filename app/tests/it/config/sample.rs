//! `.env.sample` names every setting, and is itself a valid `.env`.

use std::collections::BTreeSet;

use app::config::Settings;
use fastrail::settings::{EffectiveSetting, Sources};

const SAMPLE: &str = include_str!("../../../../.env.sample");

fn effective(sources: &Sources) -> Vec<EffectiveSetting> {
    let (_, effective) = sources.read_effective::<Settings>().unwrap();
    effective.settings().to_vec()
}

#[test]
fn it_names_every_variable_once_and_no_other() {
    let pairs = dotenvy::from_read_iter(SAMPLE.as_bytes());
    let named: Vec<String> = pairs.map(|pair| pair.unwrap().0).collect();
    let known: BTreeSet<String> =
        effective(&Sources::of([("X", "")])).into_iter().map(|setting| setting.name).collect();
    assert_eq!(named.iter().cloned().collect::<BTreeSet<_>>(), known);
    assert_eq!(named.len(), known.len());
}

#[test]
fn it_holds_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    std::fs::write(&path, SAMPLE).unwrap();
    let nothing: [(&str, &str); 0] = [];
    let values = |sources: &Sources| effective(sources).into_iter().map(|setting| (setting.name, setting.value));
    let defaults: Vec<_> = values(&Sources::of(nothing)).collect();
    assert_eq!(values(&Sources::of(nothing).file(&path)).collect::<Vec<_>>(), defaults);
}

#[test]
fn every_setting_says_what_it_is() {
    let undocumented =
        effective(&Sources::of([("X", "")])).into_iter().filter(|setting| setting.description.is_empty());
    assert_eq!(undocumented.map(|setting| setting.name).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_variable_has_its_meaning_above_it() {
    let lines: Vec<&str> = SAMPLE.lines().collect();
    for pair in lines.windows(2) {
        let is_variable = pair[1].contains('=') && !pair[1].starts_with('#');
        assert!(!is_variable || pair[0].starts_with("# "), "{}", pair[1]);
    }
}
