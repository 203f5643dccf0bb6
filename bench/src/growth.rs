//! What grows with the size of an application or of a body: many routes, nested routers, a long list.

use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use fastrail::prelude::*;

/// How often an app is built to be timed
const BUILDS: usize = 21;

#[get("/items/{id}")]
async fn read_item(id: i64) -> i64 {
    id
}

/// One of a long list
#[derive(Deserialize, Schema)]
struct Line {
    id: i64,
    name: String,
    price: f64,
    active: bool,
    tags: Vec<String>,
    note: Option<String>,
}

/// The same with rules, as users write it
#[derive(Deserialize, Schema)]
struct CheckedLine {
    #[schema(ge = 1)]
    id: i64,
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    #[schema(ge = 0)]
    price: f64,
    active: bool,
    #[schema(max_items = 10)]
    tags: Vec<String>,
    #[schema(max_length = 200)]
    note: Option<String>,
}

#[post("/lines")]
async fn create_lines(body: Vec<Line>) -> usize {
    body.iter().filter(|line| line.active && line.id > 0 && !line.name.is_empty()).count()
}

#[post("/lines")]
async fn create_checked_lines(body: Vec<CheckedLine>) -> usize {
    body.iter().filter(|line| line.active && line.id > 0 && !line.name.is_empty()).count()
}

#[derive(ApiError)]
enum LinesError {
    /// The body is no list of lines
    #[api_error(status = 422, code = "lines_invalid")]
    Invalid(#[from] serde_json::Error),
}

/// What is left when the framework only collects the bytes
#[post("/lines")]
async fn read_by_serde(body: ExtractBody<Bytes>) -> Result<usize, LinesError> {
    let lines: Vec<Line> = serde_json::from_slice(&body)?;
    Ok(lines.iter().filter(|line| line.active && line.id > 0 && !line.name.is_empty()).count())
}

/// The app of one case
pub(crate) fn app(case: &str) -> Option<App> {
    let app = App::new("Growth", "1");
    Some(match case {
        // Out of the document, which no request costs and whose writing under callgrind takes minutes.
        "10 routes" => app.include(side_by_side(10).hidden()),
        "10,000 routes" => app.include(side_by_side(10_000).hidden()),
        "1,000 nested routers" => app.include(nested(3)),
        "a list" => app.include(routes![create_lines]),
        "a list with rules" => app.include(routes![create_checked_lines]),
        "a list by serde alone" => app.include(routes![read_by_serde]),
        _ => return None,
    })
}

/// As many operations, each below a prefix of its own
fn side_by_side(count: usize) -> Router {
    (0..count).fold(Router::new("/api"), |all, number| {
        all.include(Router::new(format!("/group{number}")).include(routes![read_item]))
    })
}

/// Ten routers in each router; the innermost have an operation
fn nested(levels: u32) -> Router {
    (0..10).fold(Router::new(""), |all, number| {
        let router = Router::new(format!("/r{number}"));
        all.include(if levels == 1 { router.include(routes![read_item]) } else { router.include(nested(levels - 1)) })
    })
}

/// The median of the processor time in which the app of a case is built: the machine may have other work
pub(crate) fn build_time(case: &str) -> anyhow::Result<Duration> {
    let mut times = Vec::with_capacity(BUILDS);
    for _ in 0..BUILDS {
        let app = app(case).with_context(|| format!("there is no case `{case}`"))?;
        let start = processor_time()?;
        let built = app.build().context("the app does not build")?;
        times.push(processor_time()? - start);
        drop(built);
    }
    times.sort_unstable();
    Ok(times[BUILDS / 2])
}

/// The time that this thread has had a processor (Linux counts it in nanoseconds)
fn processor_time() -> anyhow::Result<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let own = times.split_whitespace().next().context("no times in /proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(own.parse()?))
}
