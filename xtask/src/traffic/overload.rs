//! Three times more than a server can do: it goes on doing nearly what it can, and turns the rest away at once.

use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::load::{Pace, Seen, load, percentile};
use crate::bench::cases;
use crate::bench::program::Running;
use crate::process;

const PATH: &str = "/work";

/// Requests in flight among which the peak is looked for
const IN_FLIGHT: [usize; 3] = [1, 2, 4];

/// What is asked for, in peaks
const OVERLOAD: f64 = 3.0;

/// What must be left of the peak
const GOODPUT: f64 = 0.8;

/// Each round has a peak before and after it, measured in the same way, so that what else runs touches all alike
const ROUNDS: usize = 3;

const LOOK: Duration = Duration::from_secs(2);
const PEAK: Duration = Duration::from_secs(5);
const LASTING: Duration = Duration::from_secs(20);

/// What 99 of 100 who are refused may wait for that
const AT_ONCE: Duration = Duration::from_millis(100);

/// Successes per second, and the server's processor time for each.
#[derive(Clone, Copy)]
struct Rate {
    per_second: f64,
    milliseconds: f64,
}

pub(super) fn run() -> Result<()> {
    cases::prepare()?;
    let last = thread::available_parallelism()?.get() - 1;
    ensure!(last > 0, "the server and who asks it need a core each");
    let _here = Pinned::to(0, last)?;
    let server = cases::program("overloaded").start(&["taskset", "-c", &last.to_string()])?;
    load(server.port, PATH, Pace::InFlight(IN_FLIGHT[0]), LOOK)?.is_orderly()?;
    let (mut best, mut most) = (1, 0.0);
    for in_flight in IN_FLIGHT {
        let (rate, _) = measured(&server, Pace::InFlight(in_flight), LOOK)?;
        println!("   {in_flight} in flight: {:.0} a second", rate.per_second);
        if rate.per_second > most {
            (best, most) = (in_flight, rate.per_second);
        }
    }
    let mut before = measured(&server, Pace::InFlight(best), PEAK)?.0;
    let (mut shares, mut refusals) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let asked = OVERLOAD * before.per_second;
        let (rate, mut seen) = measured(&server, Pace::PerSecond(asked), LASTING)?;
        let after = measured(&server, Pace::InFlight(best), PEAK)?.0;
        let share = rate.per_second / ((before.per_second + after.per_second) / 2.0);
        shares.push(share);
        refusals.push(percentile(&mut seen.refused, 99));
        println!(
            "   peak {:.0} a second ({:.2} ms of the processor each), asked for {asked:.0}: {:.0} succeed ({:.0} %; {:.2} ms \
             each, half within {:.0} ms, 99 % within {:.0} ms); {} refused, half within {:.1} ms, 99 % within {:.1} ms; at most {} at once, sent at \
             most {:.0} ms late",
            before.per_second,
            before.milliseconds,
            rate.per_second,
            share * 100.0,
            rate.milliseconds,
            millis(percentile(&mut seen.waits, 50)),
            millis(percentile(&mut seen.waits, 99)),
            seen.refused.len(),
            millis(percentile(&mut seen.refused, 50)),
            millis(percentile(&mut seen.refused, 99)),
            seen.most_in_flight,
            millis(seen.latest),
        );
        before = after;
    }
    shares.sort_unstable_by(f64::total_cmp);
    refusals.sort_unstable();
    let (share, refused) = (shares[ROUNDS / 2], refusals[ROUNDS / 2]);
    println!(
        "   under {OVERLOAD} × the peak, median of {ROUNDS} rounds: goodput {:.0} % of the peak, 99 % of the refusals within \
         {:.1} ms",
        share * 100.0,
        millis(refused),
    );
    ensure!(share >= GOODPUT, "at least {:.0} % are promised", GOODPUT * 100.0);
    ensure!(
        refused < AT_ONCE,
        "whoever is refused is told so too late: at most {} ms are promised",
        AT_ONCE.as_millis()
    );
    Ok(())
}

fn measured(server: &Running, pace: Pace, lasting: Duration) -> Result<(Rate, Seen)> {
    let used = server.processor_time()?;
    let seen = load(server.port, PATH, pace, lasting)?;
    let used = server.processor_time()?.saturating_sub(used);
    seen.is_orderly()?;
    let per_second = seen.good as f64 / lasting.as_secs_f64();
    Ok((Rate { per_second, milliseconds: millis(used) / seen.waits.len() as f64 }, seen))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// This thread on a core of its own; given back when it is dropped.
struct Pinned {
    last: usize,
}

impl Pinned {
    fn to(core: usize, last: usize) -> Result<Self> {
        pin(&core.to_string())?;
        Ok(Self { last })
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // Whoever comes next is slower on one core, and no less right.
        let _ = pin(&format!("0-{}", self.last));
    }
}

/// The first thread of this process, whose number is the process's
fn pin(cores: &str) -> Result<()> {
    process::output(Command::new("taskset").args(["-cp", cores, &std::process::id().to_string()])).map(drop)
}
