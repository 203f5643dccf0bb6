//! What stands around every operation: the access log with its span, metrics, security headers, compression and CORS.

use anyhow::Result;

use super::cases;
use super::count::{Counter, Requests};
use super::report::{Report, Table, Weight, rounded};
use super::request::Request;

/// As for the peers' instructions
const IN_FLIGHT: usize = 64;
/// The most instructions that all of it may cost together
const LIMIT: f64 = 3_000.0;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    cases::prepare()?;
    report.heading("Middleware");
    // As most clients ask: no page of another origin, and without a word on compression.
    let request = Request::get("/items/42");
    let count = |case| Counter::Instructions.per_request(&cases::program(case), &request, IN_FLIGHT, Requests::MANY);
    let bare = count("bare")?;
    let mut table = Table::new(["instructions per request", "count", "over bare"]);
    table.row(["bare: request id, panic guard, limits, timeout".to_owned(), rounded(bare), String::new()]);
    let mut all = 0.0;
    for case in ["with metrics", "with security headers", "with compression and CORS", "with logging", "with all"] {
        let cost = count(case)?;
        all = cost - bare;
        table.row([case.to_owned(), rounded(cost), rounded(all)]);
    }
    report.table(&table);
    report.at_most(Weight::Must, "all middleware together".into(), all, LIMIT, " instructions");
    Ok(())
}
