//! A small server for each case that is measured: one app, one route, one thread.
//!
//! `bench CASE` listens on a free port of the loopback, prints it, and stops when its input is closed. How it is asked
//! and what is counted is `cargo xtask instructions`.
#![allow(clippy::print_stdout, reason = "whoever measures reads the port from there")]

mod dependencies;

use std::io::{Read, stdin};

use anyhow::{Context, Result};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let case = std::env::args().nth(1).context("name a case")?;
    let app = dependencies::app(&case).with_context(|| format!("there is no case `{case}`"))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let closed = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    fastrail::serve(app)
        .listener(listener)
        .on_ready(|address| println!("{}", address.tcp().map_or(0, |address| address.port())))
        .until(async move {
            let _ = closed.await;
        })
        .await?;
    Ok(())
}
