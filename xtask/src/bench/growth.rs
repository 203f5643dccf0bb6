//! What must not grow: a request's cost with the number of routes, a start with the number of routers, a long body's
//! cost over that of reading it at all.

use std::fmt::Write as _;

use anyhow::Result;

use super::cases;
use super::count::{Counter, Requests};
use super::report::{Report, Table, Weight, rounded};
use super::request::Request;

/// About a megabyte.
const BODY_BYTES: usize = 1_000_000;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    cases::prepare()?;
    report.heading("Growth");
    routes(report)?;
    long_body(report)?;
    let build = cases::build_time("1,000 nested routers")?;
    report.paragraph(&format!(
        "An app of 1,000 operations, in routers of ten in ten in ten, is built, its document written, in {} ms of \
         processor time (the median of 21).",
        rounded(build)
    ));
    report.at_most(Weight::Must, "1,000 nested routers are built".into(), build, 50.0, " ms");
    Ok(())
}

fn routes(report: &mut Report) -> Result<()> {
    let request = Request::get("/api/group7/items/42");
    let count = |case| Counter::Instructions.per_request(&cases::program(case), &request, 1, Requests::MANY);
    let (ten, many) = (count("10 routes")?, count("10,000 routes")?);
    let mut table = Table::new(["instructions per request", "10 routes", "10,000 routes", "ratio"]);
    table.row(["GET /api/group7/items/42".to_owned(), rounded(ten), rounded(many), format!("{:.3}", many / ten)]);
    report.table(&table);
    report.at_most(Weight::Must, "10,000 routes / 10 routes, instructions".into(), many / ten, 1.05, " ×");
    Ok(())
}

fn long_body(report: &mut Report) -> Result<()> {
    let request = Request::post("/lines", lines(), 200);
    let requests = Requests { warm_up: 4, counted: 24 };
    let count = |case| Counter::Instructions.per_request(&cases::program(case), &request, 1, requests);
    let serde = count("a list by serde alone")?;
    let mut table = Table::new(["instructions per request", "count", "/ serde"]);
    table.row(["1 MB of JSON, by serde alone".to_owned(), rounded(serde), "1.00".to_owned()]);
    for (case, shown) in [("a list", "the same as a model"), ("a list with rules", "the same, each field with a rule")]
    {
        let ours = count(case)?;
        table.row([shown.to_owned(), rounded(ours), rounded(ours / serde)]);
        if case == "a list" {
            report.at_most(Weight::Must, "a body of 1 MB / plain serde, instructions".into(), ours / serde, 1.1, " ×");
        }
    }
    report.table(&table);
    Ok(())
}

/// A list of ordinary objects.
fn lines() -> String {
    let mut body = String::with_capacity(BODY_BYTES + 200);
    let mut id = 0;
    while body.len() < BODY_BYTES {
        id += 1;
        body.push(if id == 1 { '[' } else { ',' });
        let _ = write!(
            body,
            r#"{{"id":{id},"name":"Line number {id}","price":{id}.25,"active":true,"tags":["first","second"],"note":null}}"#
        );
    }
    body.push(']');
    body
}
