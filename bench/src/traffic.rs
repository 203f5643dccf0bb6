//! What `cargo xtask traffic` presses: a limit that counts each key, and work that takes the processor.

use anyhow::Result;
use fastrail::observability::LoggingGuard;
use fastrail::prelude::*;

use crate::middleware;

/// How much is done for one request: one or two milliseconds
const NUMBERS: usize = 100_000;

/// How many at once on one core: some that wait, so that it never idles, and few enough that the thread which answers
/// the others gets its share of it
const AT_ONCE: usize = 4;

#[get("/keyed", limit("1/30d", by_header = "x-key"))]
async fn keyed() -> &'static str {
    "keyed"
}

/// Work for the processor, on a thread of the blocking pool
#[get("/work")]
fn work() -> u64 {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut numbers: Vec<u64> = (0..NUMBERS)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })
        .collect();
    numbers.sort_unstable();
    numbers[NUMBERS / 2] >> 32
}

/// The app of one case, and what it logs with
pub(crate) fn app(case: &str) -> Result<Option<(App, Option<LoggingGuard>)>> {
    let app = || App::new("Pressed", "1");
    Ok(match case {
        "limited by key" => Some((app().include(routes![keyed]), None)),
        // As it would be run: each refusal has its line, its place in the metrics and its headers.
        "overloaded" => {
            let limited = Router::new("").middleware(ConcurrencyLimit::new(AT_ONCE)).include(routes![work]);
            Some((middleware::all(app().include(limited)), Some(middleware::logging()?)))
        }
        _ => None,
    })
}
