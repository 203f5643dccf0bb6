//! Costs that a busy machine does not change: instructions in user mode (callgrind) and system calls (strace).
//!
//! A server runs twice, for few requests and for many; the difference, divided by the requests between, leaves out
//! start and end. Both runs go at the same time, which changes neither count.

use std::thread;

use anyhow::{Context, Result, bail};

use super::client::Client;
use super::program::Program;
use super::request::Request;
use crate::process;

/// Whether callgrind is here.
///
/// # Errors
/// When it is not.
pub(crate) fn available() -> Result<()> {
    if !process::works("valgrind", "--version") {
        bail!("callgrind is needed: install Debian's package `valgrind` and run this again");
    }
    Ok(())
}

/// What is counted.
#[derive(Clone, Copy)]
pub(crate) enum Counter {
    /// Instructions in user mode, by callgrind
    Instructions,
    /// System calls, by strace
    Calls,
}

/// How many requests the two runs have.
#[derive(Clone, Copy)]
pub(crate) struct Requests {
    /// Before the counted ones, so that caches, pools and connections are warm
    pub(crate) warm_up: usize,
    pub(crate) counted: usize,
}

impl Requests {
    /// For servers that are quick
    pub(crate) const MANY: Self = Self { warm_up: 640, counted: 3_200 };
    /// For servers, or requests, that are slow
    pub(crate) const FEW: Self = Self { warm_up: 64, counted: 256 };
}

impl Counter {
    /// The program that counts, which prints its count to standard error.
    fn under(self) -> &'static [&'static str] {
        match self {
            Self::Instructions => &["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"],
            // Detached (-D), so that the server is the process that is started, and the one that is stopped.
            Self::Calls => &["strace", "-D", "-f", "-qq", "-c"],
        }
    }

    /// The count in what the program has printed.
    fn read(self, report: &str) -> Option<u64> {
        let text = match self {
            Self::Instructions => report.lines().find_map(|line| line.split_once("Collected : "))?.1,
            // `100.00    0.012345           1      6789        12 total`
            Self::Calls => report.lines().rfind(|line| line.ends_with(" total"))?.split_whitespace().nth(3)?,
        };
        text.split_whitespace().next()?.parse().ok()
    }

    /// What one request costs, with as many in flight, each on a connection of its own.
    pub(crate) fn per_request(
        self,
        program: &Program,
        request: &Request,
        in_flight: usize,
        requests: Requests,
    ) -> Result<f64> {
        let before = requests.warm_up.div_ceil(in_flight);
        let counted = requests.counted.div_ceil(in_flight);
        let (few, many) = thread::scope(|scope| {
            let few = scope.spawn(|| self.of_run(program, request, in_flight, before));
            let many = self.of_run(program, request, in_flight, before + counted);
            (few.join(), many)
        });
        let few = few.map_err(|_| anyhow::anyhow!("the shorter run has panicked"))??;
        let difference = many?.checked_sub(few).context("more requests cost less: something else was counted")?;
        Ok(difference as f64 / (counted * in_flight) as f64)
    }

    /// The count of one whole run.
    fn of_run(self, program: &Program, request: &Request, in_flight: usize, rounds: usize) -> Result<u64> {
        let running = program.start(self.under())?;
        let mut client = Client::connect(running.port, in_flight)?;
        client.run(request, rounds)?;
        drop(client);
        let report = running.stop()?;
        self.read(&report).with_context(|| format!("no count of {}: {report}", program.name))
    }
}

#[cfg(test)]
mod tests {
    use super::Counter;

    #[test]
    fn a_count_is_found_in_what_is_printed() {
        let callgrind = "==1== \n==1== Events    : Ir\n==1== Collected : 4711\n==1== \n==1== I   refs:      4,711\n";
        assert_eq!(Counter::Instructions.read(callgrind), Some(4711));
        let strace = "% time     seconds  usecs/call     calls    errors syscall\n\
                      ------ ----------- ----------- --------- --------- ----------------\n\
                      \x2070.00    0.007000           1      4000           read\n\
                      ------ ----------- ----------- --------- --------- ----------------\n\
                      100.00    0.010000           2      4711        12 total\n";
        assert_eq!(Counter::Calls.read(strace), Some(4711));
        assert_eq!(Counter::Calls.read("killed"), None);
    }
}
