//! Every sample that the guide's pages include is there.

use std::fs;
use std::path::Path;

#[test]
fn every_page_is_listed_and_every_sample_it_includes_exists() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src");
    let summary = fs::read_to_string(pages.join("SUMMARY.md")).expect("the summary");
    let mut samples = 0;
    for page in fs::read_dir(&pages).expect("the pages") {
        let page = page.expect("a page").path();
        let name = page.file_name().and_then(|name| name.to_str()).expect("a name");
        let text = fs::read_to_string(&page).expect("its text");
        assert!(name == "SUMMARY.md" || summary.contains(name), "{name} is not in SUMMARY.md");
        for include in text.split("{{#include ").skip(1) {
            let included = include.split("}}").next().expect("what is included");
            let (path, anchor) = included.rsplit_once(':').unwrap_or((included, ""));
            let source = fs::read_to_string(pages.join(path)).unwrap_or_else(|_| panic!("{name} includes {path}"));
            samples += 1;
            if anchor.is_empty() {
                continue;
            }
            for mark in [format!("ANCHOR: {anchor}\n"), format!("ANCHOR_END: {anchor}\n")] {
                assert!(source.contains(&mark), "{name} includes {anchor}, which is not in {path}");
            }
        }
    }
    assert!(samples >= 20, "the guide has lost its samples");
}
