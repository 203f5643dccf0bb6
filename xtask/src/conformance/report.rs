//! What came of the replayed tests: a table by chapter, and the misses with what they said.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

/// The tests that FastAPI's own apps do not pass over HTTP either, a line each: `test  # why`
const OUT_OF_REACH: &str = include_str!("replay/out_of_reach.txt");

/// One test: what came of it, and why
struct Outcome {
    test: String,
    chapter: String,
    status: String,
    reason: String,
}

/// Every test of a run that a server can pass
pub(super) struct Report {
    outcomes: Vec<Outcome>,
}

impl Report {
    /// Reads what the plugin wrote: `{"tests": {"tests/test_tutorial/test_body/…::test_x": ["pass", ""]}}`
    pub(super) fn read(text: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(text).context("reading the replay's report")?;
        let tests = report["tests"].as_object().context("the replay's report lists no tests")?;
        let outcomes = tests
            .iter()
            .map(|(test, outcome)| Outcome {
                test: test.trim_start_matches("tests/test_tutorial/").to_owned(),
                chapter: chapter_of(test).to_owned(),
                status: outcome[0].as_str().unwrap_or_default().to_owned(),
                reason: outcome[1].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
            })
            .filter(|outcome| !is_out_of_reach(&outcome.test));
        Ok(Self { outcomes: outcomes.collect() })
    }

    /// How many tests there are
    pub(super) fn all(&self) -> usize {
        self.outcomes.len()
    }

    /// How many of them the server has passed
    pub(super) fn passed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.status == "pass").count()
    }

    /// A line a chapter: how many tests pass, of how many
    pub(super) fn table(&self) -> String {
        let mut chapters: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for outcome in &self.outcomes {
            let (passed, all) = chapters.entry(&outcome.chapter).or_default();
            *all += 1;
            *passed += usize::from(outcome.status == "pass");
        }
        let mut table = format!("{:<36}{:>6}{:>6}\n", "chapter", "pass", "of");
        for (chapter, (passed, all)) in chapters {
            let _ = writeln!(table, "{chapter:<36}{passed:>6}{all:>6}");
        }
        table
    }

    /// A line a test that did not pass
    pub(super) fn misses(&self) -> String {
        let missed = self.outcomes.iter().filter(|outcome| outcome.status != "pass");
        missed.fold(String::new(), |mut lines, Outcome { test, status, reason, .. }| {
            let _ = writeln!(lines, "[{status}] {test}: {reason}");
            lines
        })
    }
}

fn is_out_of_reach(test: &str) -> bool {
    OUT_OF_REACH.lines().any(|line| line.split("  # ").next() == Some(test))
}

/// `tests/test_tutorial/test_body/test_tutorial001.py::test_x` → `body`
fn chapter_of(test: &str) -> &str {
    test.split('/').nth(2).and_then(|folder| folder.strip_prefix("test_")).unwrap_or(test)
}

#[cfg(test)]
mod tests {
    use super::Report;

    const TEXT: &str = r#"{"tests": {
        "tests/test_tutorial/test_body/test_tutorial001.py::test_a": ["pass", ""],
        "tests/test_tutorial/test_body/test_tutorial001.py::test_b": ["fail", "assert 1\n == 2"],
        "tests/test_tutorial/test_cors/test_tutorial001.py::test_c": ["pass", ""],
        "tests/test_tutorial/test_openapi_webhooks/test_tutorial001.py::test_dummy_webhook": ["notreplayable", "no"]
    }}"#;

    #[test]
    fn a_report_is_counted_by_chapter() {
        let report = Report::read(TEXT).expect("a report");
        assert_eq!((report.passed(), report.all()), (2, 3));
        let table = report.table();
        let body = table.lines().find(|line| line.starts_with("body")).expect("a line");
        assert_eq!(body.split_whitespace().collect::<Vec<_>>(), ["body", "1", "2"]);
    }

    #[test]
    fn a_miss_says_what_it_said() {
        let report = Report::read(TEXT).expect("a report");
        assert_eq!(report.misses(), "[fail] test_body/test_tutorial001.py::test_b: assert 1 == 2\n");
    }

    #[test]
    fn every_test_out_of_reach_has_its_reason() {
        for line in super::OUT_OF_REACH.lines() {
            let reason = line.split_once("  # ").map(|(_, reason)| reason);
            assert!(reason.is_some_and(|reason| !reason.is_empty()), "{line}");
        }
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(Report::read("{}").is_err());
        assert!(Report::read("no").is_err());
    }
}
