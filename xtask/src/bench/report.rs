//! What was measured, as tables that read well on a terminal and in Markdown, and what was promised of it.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::project;

/// Between these lines `bench/README.md` is written by the command.
const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Everything that a run has found.
#[derive(Default)]
pub(crate) struct Report {
    text: String,
    plots: Vec<(&'static str, String)>,
    verdicts: Vec<Verdict>,
}

/// How much a bound weighs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// A full run fails without it
    Must,
    Goal,
}

struct Verdict {
    weight: Weight,
    what: String,
    bound: String,
    measured: String,
    held: bool,
}

impl Report {
    pub(crate) fn heading(&mut self, heading: &str) {
        println!("\n## {heading}");
        let _ = write!(self.text, "\n## {heading}\n");
    }

    pub(crate) fn paragraph(&mut self, paragraph: &str) {
        println!("\n{paragraph}");
        let _ = write!(self.text, "\n{paragraph}\n");
    }

    pub(crate) fn table(&mut self, table: &Table) {
        let table = table.markdown();
        print!("\n{table}");
        let _ = write!(self.text, "\n{table}");
    }

    /// Shows a picture, which is written beside the README.
    pub(crate) fn plot(&mut self, name: &'static str, shows: &str, svg: String) {
        let _ = write!(self.text, "\n![{shows}](plots/{name}.svg)\n");
        self.plots.push((name, svg));
    }

    /// Holds a figure against its upper bound; `unit` follows both.
    pub(crate) fn at_most(&mut self, weight: Weight, what: String, measured: f64, bound: f64, unit: &str) {
        self.verdict(weight, what, measured, measured <= bound, format!("≤ {bound}{unit}"), unit);
    }

    /// Holds a figure against its lower bound; `unit` follows both.
    pub(crate) fn at_least(&mut self, weight: Weight, what: String, measured: f64, bound: f64, unit: &str) {
        self.verdict(weight, what, measured, measured >= bound, format!("≥ {bound}{unit}"), unit);
    }

    fn verdict(&mut self, weight: Weight, what: String, measured: f64, held: bool, bound: String, unit: &str) {
        let measured = format!("{}{unit}", rounded(measured));
        self.verdicts.push(Verdict { weight, what, bound, measured, held });
    }

    /// Every bound, and whether it holds.
    pub(crate) fn show_verdicts(&mut self) {
        let mut table = Table::new(["", "bound", "measured", ""]);
        for weight in [Weight::Must, Weight::Goal] {
            for verdict in self.verdicts.iter().filter(|verdict| verdict.weight == weight) {
                let kind = if weight == Weight::Must { "must" } else { "goal" };
                let held = if verdict.held { "held" } else { "**missed**" };
                table.row([
                    verdict.what.clone(),
                    format!("{kind} {}", verdict.bound),
                    verdict.measured.clone(),
                    held.into(),
                ]);
            }
        }
        self.heading("Bounds");
        self.table(&table);
    }

    /// Writes tables and plots into `bench/`.
    pub(crate) fn write(&self) -> Result<()> {
        let path = folder().join("README.md");
        let readme = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        fs::write(&path, between(&readme, &self.text).context("bench/README.md has lost its markers")?)?;
        let plots = folder().join("plots");
        fs::create_dir_all(&plots)?;
        for (name, svg) in &self.plots {
            fs::write(plots.join(format!("{name}.svg")), svg)?;
        }
        println!("\nwritten to {}", path.display());
        Ok(())
    }

    /// Whether everything holds that must.
    ///
    /// # Errors
    /// Names what does not.
    pub(crate) fn judge(&self) -> Result<()> {
        let missed: Vec<String> = self
            .verdicts
            .iter()
            .filter(|verdict| verdict.weight == Weight::Must && !verdict.held)
            .map(|verdict| format!("{}: {}, bound {}", verdict.what, verdict.measured, verdict.bound))
            .collect();
        if !missed.is_empty() {
            bail!("missed: {}", missed.join("; "));
        }
        Ok(())
    }
}

/// Rows under headings, the first column left, the others right.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new<T: Into<String>>(head: impl IntoIterator<Item = T>) -> Self {
        Self(vec![head.into_iter().map(Into::into).collect()])
    }

    pub(crate) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.0.push(cells.into_iter().map(Into::into).collect());
    }

    fn markdown(&self) -> String {
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default().max(4)
        };
        let widths: Vec<usize> = (0..self.0[0].len()).map(width).collect();
        let mut text = String::new();
        for (number, row) in self.0.iter().enumerate() {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let _ = if column == 0 { write!(text, "| {cell:<width$} ") } else { write!(text, "| {cell:>width$} ") };
            }
            text.push_str("|\n");
            if number == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let line = "-".repeat(width - 1);
                    let _ = if column == 0 { write!(text, "| :{line} ") } else { write!(text, "| {line}: ") };
                }
                text.push_str("|\n");
            }
        }
        text
    }
}

/// A figure with as many places as mean something.
pub(crate) fn rounded(figure: f64) -> String {
    if figure >= 1_000.0 {
        let digits = format!("{figure:.0}");
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join(",")
    } else if figure >= 100.0 {
        format!("{figure:.0}")
    } else if figure >= 10.0 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.2}")
    }
}

/// The one in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The folder that is written to.
pub(crate) fn folder() -> PathBuf {
    project::root().join("bench")
}

/// The text with what stands between the markers replaced.
fn between(readme: &str, text: &str) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{text}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, END, Report, Table, Weight, between, median, rounded};

    #[test]
    fn only_what_stands_between_the_markers_is_replaced() {
        let readme = format!("before\n{BEGIN}old\n{END}after\n");
        assert_eq!(between(&readme, "new").as_deref(), Some(format!("before\n{BEGIN}new\n{END}after\n").as_str()));
        assert_eq!(between("no markers", "new"), None);
    }

    #[test]
    fn a_missed_must_is_named_and_a_missed_goal_is_not() {
        let mut report = Report::default();
        report.at_most(Weight::Must, "a".into(), 1.0, 1.0, " ×");
        report.at_most(Weight::Goal, "b".into(), 2.0, 1.0, " ×");
        assert!(report.judge().is_ok());
        report.at_least(Weight::Must, "c".into(), 11.0, 12.0, " ×");
        let error = report.judge().expect_err("one is missed").to_string();
        assert_eq!(error, "missed: c: 11.0 ×, bound ≥ 12 ×");
    }

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(["", "hyper"]);
        table.row(["a plaintext", "6,300"]);
        assert_eq!(table.markdown(), "|             | hyper |\n| :---------- | ----: |\n| a plaintext | 6,300 |\n");
    }

    #[test]
    fn figures_are_short() {
        assert_eq!([12_345.6, 123.4, 12.34, 1.234].map(rounded), ["12,346", "123", "12.3", "1.23"]);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }
}
