//! Every sample that the guide's pages include is there, and every chapter of FastAPI's has its page.

use std::fs;
use std::path::{Path, PathBuf};

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src")
}

/// Every page, by its path below the summary
fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["", "fastapi/"] {
        for page in fs::read_dir(pages().join(folder)).expect("the pages") {
            let page = page.expect("a page");
            let name = page.file_name().into_string().expect("a name");
            if name.ends_with(".md") && name != "SUMMARY.md" {
                found.push((format!("{folder}{name}"), fs::read_to_string(page.path()).expect("its text")));
            }
        }
    }
    found
}

fn includes(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{#include ").skip(1).filter_map(|include| include.split("}}").next())
}

#[test]
fn every_page_is_listed_and_every_sample_it_includes_exists() {
    let summary = fs::read_to_string(pages().join("SUMMARY.md")).expect("the summary");
    let mut samples = 0;
    for (name, text) in all() {
        assert!(summary.contains(&format!("({name})")), "{name} is not in SUMMARY.md");
        let folder = pages().join(&name).parent().expect("a folder").to_owned();
        for included in includes(&text) {
            let (path, anchor) = included.rsplit_once(':').unwrap_or((included, ""));
            let source = fs::read_to_string(folder.join(path)).unwrap_or_else(|_| panic!("{name} includes {path}"));
            samples += 1;
            if anchor.is_empty() {
                continue;
            }
            for mark in [format!("ANCHOR: {anchor}\n"), format!("ANCHOR_END: {anchor}\n")] {
                assert!(source.contains(&mark), "{name} includes {anchor}, which is not in {path}");
            }
        }
    }
    assert!(samples >= 150, "the guide has lost its samples: {samples}");
    for listed in summary.split("](").skip(1).filter_map(|link| link.split(')').next()) {
        assert!(pages().join(listed).is_file(), "SUMMARY.md lists {listed}");
    }
}

/// What is ported has a page with its samples and what differs; links lead somewhere
#[test]
fn every_chapter_that_is_ported_has_its_page() {
    let chapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/src/conformance/replay/chapters.txt");
    let chapters = fs::read_to_string(chapters).expect("the chapters");
    let pages = all();
    for chapter in chapters.lines() {
        let name = format!("fastapi/{chapter}.md");
        let (_, text) = pages.iter().find(|(page, _)| *page == name).unwrap_or_else(|| panic!("no page {name}"));
        let folder = match chapter {
            "path_operation_configurations" => "path_operation_configuration",
            "testing" => "app_testing",
            other => other,
        };
        let port = format!("examples/tutorial/src/{folder}/");
        assert!(includes(text).any(|included| included.contains(&port)), "{name} shows no port");
        assert!(text.contains("## What differs from FastAPI, and why"), "{name}");
    }
    for (name, text) in &pages {
        let folder = self::pages().join(name).parent().expect("a folder").to_owned();
        let links = text.split("](").skip(1).filter_map(|link| link.split([')', '#']).next());
        for link in links.filter(|link| link.ends_with(".md")) {
            assert!(folder.join(link).is_file(), "{name} links to {link}");
        }
    }
}
