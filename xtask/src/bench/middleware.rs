//! What stands around every operation: by default, and by a line each.
//!
//! What every app has cannot be switched off (request id, panic guard, limits, deadlines, the check of the head), so it is
//! counted as all that an app costs over hyper's server with the same answer: that is an upper bound. What a line switches on
//! (metrics, security headers, compression and CORS, a log line) is counted over an app without it.

use anyhow::Result;

use super::cases;
use super::count::{Counter, Requests};
use super::program::Program;
use super::report::{Report, Table, Weight, rounded};
use super::request::Request;
use super::servers::Server;

/// The most instructions that what every app has may cost; all that a line switches on should cost no more
const LIMIT: f64 = 3_000.0;
/// As for the peers' instructions
const IN_FLIGHT: usize = 64;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    report.heading("Middleware");
    by_default(report)?;
    switched_on(report)
}

fn count(program: &Program, request: &Request) -> Result<f64> {
    Counter::Instructions.per_request(program, request, IN_FLIGHT, Requests::MANY)
}

fn by_default(report: &mut Report) -> Result<()> {
    let counted = |server: Server| {
        server.prepare()?;
        count(&server.bare()?, &Request::get("/plaintext"))
    };
    let (floor, ours) = (counted(Server::Hyper)?, counted(Server::Fastrail)?);
    let over = ours - floor;
    let mut table = Table::new(["instructions per request", "plaintext", "over hyper"]);
    table.row(["hyper".to_owned(), rounded(floor), String::new()]);
    table.row(["Fastrail, with what every app has".to_owned(), rounded(ours), rounded(over)]);
    report.table(&table);
    report.at_most(
        Weight::Must,
        "the default middleware, and all else over hyper".into(),
        over,
        LIMIT,
        " instructions",
    );
    Ok(())
}

fn switched_on(report: &mut Report) -> Result<()> {
    cases::prepare()?;
    // As most clients ask: no page of another origin, and without a word on compression.
    let request = Request::get("/items/42");
    let bare = count(&cases::program("bare"), &request)?;
    let mut table = Table::new(["instructions per request", "one parameter", "over bare"]);
    table.row(["bare: what every app has".to_owned(), rounded(bare), String::new()]);
    let mut all = 0.0;
    for case in ["with metrics", "with security headers", "with compression and CORS", "with logging", "with all"] {
        let cost = count(&cases::program(case), &request)?;
        all = cost - bare;
        table.row([case.to_owned(), rounded(cost), rounded(all)]);
    }
    report.table(&table);
    report.at_most(Weight::Goal, "all that is switched on by a line each".into(), all, LIMIT, " instructions");
    Ok(())
}
