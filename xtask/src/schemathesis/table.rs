//! The counts of a run: read, shown, and judged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Role {
    Admin,
    User,
    Anonymous,
}

impl Role {
    pub(super) const ALL: [Self; 3] = [Self::Admin, Self::User, Self::Anonymous];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
            Self::Anonymous => "anonymous",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What became of one operation's cases as one role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) operation: String,
    pub(super) role: Role,
    /// Cases with the operation's own method.
    pub(super) cases: u64,
    pub(super) success: u64,
    pub(super) client: u64,
    /// 5xx, whatever the method.
    pub(super) server: u64,
    /// Cases with a method that the path does not have.
    pub(super) other: u64,
    /// Failed checks that a rule in `hooks.py` explains.
    pub(super) lawful: u64,
    /// Cases with a failed check.
    pub(super) failures: u64,
}

/// Reads what `hooks.py` has written.
pub(super) fn parse(role: Role, counts: &str) -> Result<Vec<Row>> {
    let counts: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_str(counts).context("reading the counts")?;
    let rows = counts.into_iter().map(|(operation, row)| {
        let count = |name: &str| row.get(name).copied().unwrap_or_default();
        Row {
            operation,
            role,
            cases: count("cases"),
            success: count("2xx"),
            client: count("4xx"),
            server: count("server"),
            other: count("other"),
            lawful: count("lawful"),
            failures: count("failures"),
        }
    });
    Ok(rows.collect())
}

/// The operations that are sent.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Operations {
    /// As the tool names them, `GET /items`.
    pub(super) names: BTreeSet<String>,
    /// How many of them take anything that can vary; the others are sent a few times only.
    pub(super) varied: usize,
}

/// The operations of a document, without those left out.
pub(super) fn operations(document: &Value, left_out: &[&str]) -> Result<Operations> {
    const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let paths = document.get("paths").and_then(Value::as_object).context("the document has no paths")?;
    let (mut names, mut varied) = (BTreeSet::new(), 0);
    let mut absent: BTreeSet<&str> = left_out.iter().copied().collect();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
            if !absent.remove(id) {
                names.insert(format!("{} {path}", method.to_uppercase()));
                let takes = |part: &str| operation.get(part).is_some();
                varied += usize::from(takes("parameters") || takes("requestBody"));
            }
        }
    }
    // A renamed operation would silently be sent again.
    anyhow::ensure!(absent.is_empty(), "left out, but not in the document: {absent:?}");
    Ok(Operations { names, varied })
}

/// All cases, those with other methods too.
pub(super) fn cases(rows: &[Row]) -> u64 {
    rows.iter().map(|row| row.cases + row.other).sum()
}

/// Everything that fails the run.
pub(super) fn problems(rows: &[Row], operations: &BTreeSet<String>, wanted: usize) -> Vec<String> {
    let mut problems = Vec::new();
    for row in rows {
        let Row { operation, role, .. } = row;
        if row.server > 0 {
            problems.push(format!("{operation} as {role}: {} answers with 5xx", row.server));
        }
        if row.failures > 0 {
            problems.push(format!("{operation} as {role}: {} cases with a failed check", row.failures));
        }
    }
    for operation in operations {
        for role in Role::ALL {
            let row = rows.iter().find(|row| row.role == role && row.operation == *operation);
            match row {
                None => problems.push(format!("{operation} as {role}: never sent")),
                Some(row) if role == Role::Admin && row.success == 0 => {
                    problems.push(format!("{operation} as {role}: never reached a 2xx"));
                }
                Some(_) => {}
            }
        }
    }
    let sent = cases(rows);
    if sent < wanted as u64 {
        problems.push(format!("{sent} cases were sent, not {wanted}"));
    }
    problems
}

/// The table as it is printed, with a sum at its end.
pub(super) fn render(rows: &[Row]) -> String {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| {
        let (method, path) = row.operation.split_once(' ').unwrap_or_default();
        (path.to_owned(), method.to_owned(), row.role)
    });
    let width = rows.iter().map(|row| row.operation.len()).max().unwrap_or_default().max("operation".len());
    let mut table = format!(
        "{:width$}  {:9}  {:>6}  {:>6}  {:>6}  {:>5}  {:>13}  {:>6}  {:>8}\n",
        "operation", "role", "cases", "2xx", "4xx", "5xx", "other methods", "lawful", "failures"
    );
    let mut sum = Row {
        operation: "all".to_owned(),
        role: Role::Admin,
        cases: 0,
        success: 0,
        client: 0,
        server: 0,
        other: 0,
        lawful: 0,
        failures: 0,
    };
    for row in &rows {
        line(&mut table, width, row, row.role.name());
        sum.cases += row.cases;
        sum.success += row.success;
        sum.client += row.client;
        sum.server += row.server;
        sum.other += row.other;
        sum.lawful += row.lawful;
        sum.failures += row.failures;
    }
    line(&mut table, width, &sum, "");
    table
}

fn line(table: &mut String, width: usize, row: &Row, role: &str) {
    let _ = writeln!(
        table,
        "{:width$}  {role:9}  {:>6}  {:>6}  {:>6}  {:>5}  {:>13}  {:>6}  {:>8}",
        row.operation, row.cases, row.success, row.client, row.server, row.other, row.lawful, row.failures
    );
}

/// The part of the tool's output that tells what went wrong; all of it when there is no such part.
pub(super) fn details(output: &str) -> String {
    let heading = |line: &str| {
        let name = line.trim_matches('=').trim();
        line.starts_with("====") && matches!(name, "FAILURES" | "ERRORS")
    };
    let kept: Vec<&str> = output.lines().skip_while(|line| !heading(line)).collect();
    let kept = if kept.is_empty() { output.lines().collect() } else { kept };
    kept.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{Operations, Role, Row, cases, details, operations, parse, problems, render};

    fn row(role: Role, success: u64) -> Row {
        let (operation, cases) = ("GET /items".to_owned(), 10);
        Row { operation, role, cases, success, client: 10 - success, server: 0, other: 2, lawful: 0, failures: 0 }
    }

    fn good() -> Vec<Row> {
        vec![row(Role::Admin, 4), row(Role::User, 3), row(Role::Anonymous, 0)]
    }

    fn known() -> BTreeSet<String> {
        BTreeSet::from(["GET /items".to_owned()])
    }

    #[test]
    fn counts_are_read_and_what_is_absent_is_zero() {
        let counts = r#"{"GET /items": {"cases": 10, "2xx": 4, "4xx": 6, "other": 2, "failures": 0}}"#;
        assert_eq!(parse(Role::Admin, counts).expect("counts"), [row(Role::Admin, 4)]);
        assert!(parse(Role::Admin, "[]").is_err());
    }

    #[test]
    fn a_run_without_failure_and_with_every_2xx_passes() {
        // Only the administrator has to reach a 2xx: anonymous callers never do.
        assert_eq!(problems(&good(), &known(), 36), [""; 0]);
        assert_eq!(cases(&good()), 36);
    }

    #[test]
    fn each_rule_is_told_with_its_operation_and_role() {
        let mut rows = good();
        rows[1].server = 1;
        rows[2].failures = 2;
        rows[0].success = 0;
        assert_eq!(
            problems(&rows, &known(), 37),
            [
                "GET /items as user: 1 answers with 5xx",
                "GET /items as anonymous: 2 cases with a failed check",
                "GET /items as admin: never reached a 2xx",
                "36 cases were sent, not 37",
            ]
        );
        rows.remove(1);
        assert!(problems(&rows, &known(), 0).contains(&"GET /items as user: never sent".to_owned()));
    }

    #[test]
    fn operations_are_those_of_the_document_but_for_what_is_left_out() {
        let document = json!({"paths": {"/items": {
            "parameters": [],
            "get": {"operationId": "list_items", "parameters": [{"name": "q"}]},
            "post": {"operationId": "create_item", "requestBody": {}},
        }}});
        let sent = operations(&document, &["create_item"]).expect("operations");
        assert_eq!(sent, Operations { names: known(), varied: 1 });
        let error = operations(&document, &["renamed"]).expect_err("a name that is not there");
        assert!(error.to_string().contains("renamed"));
    }

    #[test]
    fn the_table_has_a_line_for_each_row_and_the_sum() {
        let table = render(&good());
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 5);
        assert!(lines[0].starts_with("operation"));
        assert!(lines[1].contains("admin") && lines[3].contains("anonymous"));
        let numbers: Vec<&str> = lines[4].split_whitespace().collect();
        assert_eq!(numbers, ["all", "30", "7", "23", "0", "6", "0", "0"]);
    }

    #[test]
    fn details_begin_where_the_tool_tells_what_failed() {
        assert_eq!(details("a\n==== FAILURES ====\nb\n"), "==== FAILURES ====\nb\n");
        assert_eq!(details("it ended early\n"), "it ended early\n");
    }
}
