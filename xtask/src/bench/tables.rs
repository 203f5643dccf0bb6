//! The tables of what the servers cost side by side, and the bounds on ours.

use anyhow::{Result, bail};

use super::client::Client;
use super::count::{Counter, Requests};
use super::cpu::{self, Cost, Rounds};
use super::databases::Databases;
use super::endpoints::Endpoint;
use super::plot::{Bars, Group};
use super::report::{Report, Table, Weight, median, rounded};
use super::servers::{SECURITY_HEADERS, Server};

/// The endpoints whose system calls are bounded, and by how many.
const CALLS: (&str, f64) = ("bd", 2.1);

/// The endpoints that are also measured with the headers that an application sends.
const WITH_HEADERS: &str = "ab";

/// Whether all servers answer an endpoint with the same bytes; their order aside, since garde has errors by name.
///
/// # Errors
/// Shows two answers that differ: what they cost could not be compared.
pub(crate) fn same_answers(endpoint: &Endpoint, databases: &Databases) -> Result<()> {
    let mut first = None;
    for server in Server::ALL {
        let running = server.program(endpoint, databases)?.start(&[])?;
        let body = Client::connect(running.port, 1)?.body(&endpoint.request)?;
        let mut sorted = body.clone();
        sorted.sort_unstable();
        let body = String::from_utf8_lossy(&body).into_owned();
        let (other, known, same) = first.get_or_insert_with(|| (server, body.clone(), sorted.clone()));
        if *same != sorted {
            bail!("{}: {} answers {known}\nand {} {body}", endpoint.name, other.name(), server.name());
        }
    }
    Ok(())
}

/// Instructions per request; FastAPI's too, which takes minutes, when `fastapi`.
pub(crate) fn instructions(
    report: &mut Report,
    endpoints: &[Endpoint],
    databases: &Databases,
    fastapi: bool,
) -> Result<()> {
    report.heading("Instructions per request");
    let mut bars = Bars {
        title: "Instructions per request, 64 in flight",
        series: Server::RUST.map(Server::name).to_vec(),
        groups: Vec::new(),
    };
    for in_flight in [64, 1] {
        let fastapi = fastapi && in_flight == 1;
        report.paragraph(&format!("User mode, {in_flight} in flight:"));
        let mut head = vec!["", "hyper", "axum", "Fastrail", "/ hyper", "/ axum"];
        if fastapi {
            head.extend(["FastAPI", "FastAPI / Fastrail"]);
        }
        let mut table = Table::new(head);
        for endpoint in endpoints {
            let count = |server: Server, options: &[&str]| {
                let mut program = server.program(endpoint, databases)?;
                program.words.extend(options.iter().map(Into::into));
                let slow = server == Server::FastApi || endpoint.database.is_some();
                let requests = if slow { Requests::FEW } else { Requests::MANY };
                Counter::Instructions.per_request(&program, &endpoint.request, in_flight, requests)
            };
            let label = format!("{} {}", endpoint.letter, endpoint.name);
            let counts = counted(|server| count(server, &[]))?;
            let [hyper, axum, ours] = counts;
            let mut row = compared(&label, counts);
            if fastapi {
                let theirs = count(Server::FastApi, &[])?;
                row.extend([rounded(theirs), rounded(theirs / ours)]);
            }
            table.row(row);
            if WITH_HEADERS.contains(endpoint.letter) {
                table.row(compared(
                    &format!("{label}, security headers"),
                    counted(|server| count(server, &[SECURITY_HEADERS]))?,
                ));
            }
            if in_flight == 64 {
                bounds(report, endpoint, ours / axum, ours / hyper);
                bars.groups.push(Group { label, figures: counts.to_vec(), mark: None });
            }
        }
        report.table(&table);
    }
    report.plot("instructions", "Instructions per request on hyper, axum and Fastrail", bars.svg());
    Ok(())
}

fn counted(count: impl Fn(Server) -> Result<f64>) -> Result<[f64; 3]> {
    Ok([count(Server::Hyper)?, count(Server::Axum)?, count(Server::Fastrail)?])
}

fn compared(label: &str, [hyper, axum, ours]: [f64; 3]) -> Vec<String> {
    vec![label.to_owned(), rounded(hyper), rounded(axum), rounded(ours), rounded(ours / hyper), rounded(ours / axum)]
}

fn bounds(report: &mut Report, endpoint: &Endpoint, to_axum: f64, to_hyper: f64) {
    let targets = endpoint.targets;
    let what = |peer: &str| format!("{} {}: instructions / {peer}", endpoint.letter, endpoint.name);
    if let Some(bound) = targets.must_axum {
        report.at_most(Weight::Must, what("axum"), to_axum, bound, " ×");
    }
    if let Some(bound) = targets.goal_axum {
        report.at_most(Weight::Goal, what("axum"), to_axum, bound, " ×");
    }
    if let Some(bound) = targets.goal_hyper {
        report.at_most(Weight::Goal, what("hyper"), to_hyper, bound, " ×");
    }
}

/// System calls per request.
pub(crate) fn calls(report: &mut Report, endpoints: &[Endpoint]) -> Result<()> {
    let (letters, bound) = CALLS;
    let mut table = Table::new(["", "hyper", "axum", "Fastrail"]);
    for endpoint in endpoints.iter().filter(|endpoint| letters.contains(endpoint.letter)) {
        let counts =
            counted(|server| Counter::Calls.per_request(&server.bare()?, &endpoint.request, 64, Requests::MANY))?;
        let label = format!("{} {}", endpoint.letter, endpoint.name);
        report.at_most(Weight::Must, format!("{label}: system calls"), counts[2], bound, "");
        table.row([label].into_iter().chain(counts.map(rounded)));
    }
    report.heading("System calls per request");
    report.table(&table);
    Ok(())
}

/// Processor time per request beside FastAPI.
pub(crate) fn processor_time(
    report: &mut Report,
    endpoints: &[Endpoint],
    databases: &Databases,
    rounds: Rounds,
) -> Result<()> {
    report.heading("Processor time per request");
    let names = Server::ALL.map(Server::name);
    let mut table = Table::new(["µs, user and kernel"].into_iter().chain(names).chain([TIMES, "rounds"]));
    let mut rates = Table::new(["requests per second"].into_iter().chain(names));
    let mut bars = Bars {
        title: "FastAPI's processor time as a multiple of Fastrail's (mark: the bound)",
        series: vec!["Fastrail"],
        groups: Vec::new(),
    };
    for endpoint in endpoints {
        let programs = Server::ALL.map(|server| server.program(endpoint, databases));
        let programs = programs.into_iter().collect::<Result<Vec<_>>>()?;
        let costs = cpu::costs(&programs, &endpoint.request, rounds)?;
        let [_, _, ours, fastapi] = costs.as_slice() else { continue };
        let times = Times::of(fastapi, ours);
        let label = format!("{} {}", endpoint.letter, endpoint.name);
        let figures = costs.iter().map(|cost| rounded(median(cost.microseconds.clone())));
        table.row([label.clone()].into_iter().chain(figures).chain(times.shown()));
        let per_second = costs.iter().map(|cost| rounded(median(cost.per_second.clone())));
        rates.row([label.clone()].into_iter().chain(per_second));
        let bound = endpoint.targets.must_fastapi;
        report.at_least(Weight::Must, format!("{label}: FastAPI's processor time / ours"), times.median, bound, " ×");
        bars.groups.push(Group { label, figures: vec![times.median], mark: Some(bound) });
    }
    report.table(&table);
    report.paragraph(&format!(
        "Medians of {} rounds of {} s each, one server after the other in each round, under wrk with 64 connections; the \
         servers on one core, wrk on another. The last column has the lowest and the highest round. Not bounded, since \
         it hangs on the machine:",
        rounds.count, rounds.seconds
    ));
    report.table(&rates);
    report.plot("processor-time", "FastAPI's processor time as a multiple of Fastrail's", bars.svg());
    Ok(())
}

/// The heading of the column with the ratio that is bounded.
const TIMES: &str = "FastAPI / Fastrail";

/// How many times one server's cost another's is, by rounds.
pub(crate) struct Times {
    pub(crate) median: f64,
    lowest: f64,
    highest: f64,
}

impl Times {
    pub(crate) fn of(theirs: &Cost, ours: &Cost) -> Self {
        let pairs = theirs.microseconds.iter().zip(&ours.microseconds);
        let ratios: Vec<f64> = pairs.map(|(theirs, ours)| theirs / ours).collect();
        let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = ratios.iter().copied().fold(0.0, f64::max);
        Self { median: median(ratios), lowest, highest }
    }

    /// The ratio, and its lowest and highest round.
    pub(crate) fn shown(&self) -> [String; 2] {
        [rounded(self.median), format!("{} – {}", rounded(self.lowest), rounded(self.highest))]
    }
}
