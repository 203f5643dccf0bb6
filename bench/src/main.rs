//! A small server for each case that is measured: one app, one thread.
//!
//! `bench CASE PORT` listens on the loopback; `bench CASE build` prints in how many microseconds its app is built. How
//! it is asked and what is counted is `cargo xtask instructions`, `cargo xtask bench` and `cargo xtask traffic`.
#![allow(clippy::print_stdout, reason = "whoever measures reads the time from there")]

mod dependencies;
mod growth;
mod middleware;
mod traffic;

use anyhow::{Context, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().context("name a case")?;
    let unknown = || format!("there is no case `{case}`");
    let port = arguments.next().context("name a port")?;
    if port == "build" {
        println!("{}", growth::build_time(&case)?.as_micros());
        return Ok(());
    }
    let (app, _logging) = match dependencies::app(&case).or_else(|| growth::app(&case)) {
        Some(app) => (app, None),
        None => match middleware::app(&case)? {
            Some(found) => found,
            None => traffic::app(&case)?.with_context(unknown)?,
        },
    };
    fastrail::serve(app).bind(format!("127.0.0.1:{port}")).await?;
    Ok(())
}
