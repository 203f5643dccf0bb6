//! Redis killed, and turned into a black hole, under load: the declared policy, no 500, and recovery without help.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::pause;
use super::server::{Answers, Server, plain};
use crate::services::Redis;

/// How long Redis is away
const AWAY: Duration = Duration::from_secs(4);

/// How long recovery may take: the longest pause between two attempts, and some
const BACK: Duration = Duration::from_secs(10);

/// What a request may wait for Redis, and for a busy computer
const LONGEST: Duration = Duration::from_secs(2);

pub(super) fn run() -> Result<()> {
    for way in ["killed", "a black hole"] {
        let mut redis = super::redis()?;
        // Each answer tells who counts: here there is room for all, so refusals are the policy's.
        let server = Server::start("1000000000/30d", Some(&redis.url()))?;
        let over = AtomicBool::new(false);
        let (outage, open) = thread::scope(|scope| -> Result<_> {
            let load = scope.spawn(|| load(&server, "/open", &over));
            let outage = outage(&mut redis, &server, way == "killed");
            over.store(true, Relaxed);
            let open = load.join().map_err(|_| anyhow::anyhow!("the client panicked"))??;
            Ok((outage?, open))
        })?;
        println!(
            "   {way}: /open answered {} throughout, at most {} ms for 32 together; /closed answered {} while it was away, and \
             again 200 within {} ms",
            open.shown(),
            open.longest.as_millis(),
            outage.closed.shown(),
            outage.back.as_millis(),
        );
        ensure!(open.are_only(&[200]), "a limit that counts here while Redis is away lets pass: {}", open.shown());
        ensure!(
            outage.closed.are_only(&[503]),
            "a limit that fails closed lets nobody pass: {}",
            outage.closed.shown()
        );
        ensure!(open.longest.max(outage.closed.longest) < LONGEST, "requests have waited for Redis");
    }
    Ok(())
}

/// Asks until it is told to stop
fn load(server: &Server, path: &str, over: &AtomicBool) -> Result<Answers> {
    let (mut client, mut all) = (server.connect()?, Answers::default());
    while !over.load(Relaxed) {
        all.add(&client.ask(path, 64, plain)?);
    }
    Ok(all)
}

struct Outage {
    closed: Answers,
    back: Duration,
}

fn outage(redis: &mut Redis, server: &Server, is_killed: bool) -> Result<Outage> {
    let mut client = server.connect()?;
    ensure!(client.ask("/closed", 100, plain)?.are_only(&[200]), "with Redis all pass");
    pause(Duration::from_millis(500));
    if is_killed {
        redis.kill()?
    } else {
        redis.signal("STOP")?
    }
    // The request that finds out waits for it; from then on none does.
    let start = Instant::now();
    while !client.ask("/closed", 1, plain)?.are_only(&[503]) {
        ensure!(start.elapsed() < LONGEST, "nobody has found out");
    }
    let (start, mut closed) = (Instant::now(), Answers::default());
    while start.elapsed() < AWAY {
        closed.add(&client.ask("/closed", 64, plain)?);
    }
    let start = Instant::now();
    if is_killed {
        redis.start_again()?
    } else {
        redis.signal("CONT")?
    }
    while !client.ask("/closed", 1, plain)?.are_only(&[200]) {
        ensure!(start.elapsed() < BACK, "it has not come back within {BACK:?}");
        pause(Duration::from_millis(5));
    }
    let back = start.elapsed();
    let counts = redis.ask(&["DBSIZE"])?.parse::<u64>().context("a number")?;
    ensure!(counts >= 1, "Redis counts again");
    Ok(Outage { closed, back })
}
