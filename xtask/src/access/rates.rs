//! How many password logins and refreshes one core does in a second: answers counted from outside, divided by the
//! seconds of processor time that the process used meanwhile, which other work on the machine does not change.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{ADMIN, PASSWORD};
use crate::backend::{Binary, Running};

/// How long each kind is measured.
const LENGTH: Duration = Duration::from_secs(10);
const CLIENTS: usize = 8;
const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];
const TOKEN: &str = "/api/v1/auth/token";

pub(super) fn run(binary: &Binary) -> Result<()> {
    let running = Running::start_with(binary, &ADMIN)?;
    let login = format!("grant_type=password&username=root%40example.com&password={PASSWORD}");
    measure("password logins", &running, |_| login.clone(), |_, _| {})?;
    let mut tokens = Vec::new();
    for _ in 0..CLIENTS {
        tokens.push(std::sync::Mutex::new(refresh_token(&running.send("POST", TOKEN, &FORM, &login)?.1)?));
    }
    let current = |client: usize| tokens[client].lock().map_or_else(|_| String::new(), |token| token.clone());
    let next = |client: usize, body: &str| {
        if let (Ok(token), Ok(mut kept)) = (refresh_token(body), tokens[client].lock()) {
            *kept = token;
        }
    };
    measure("refreshes", &running, |client| format!("grant_type=refresh_token&refresh_token={}", current(client)), next)
}

fn refresh_token(body: &str) -> Result<String> {
    let body: Value = serde_json::from_str(body)?;
    Ok(body["refresh_token"].as_str().context("no refresh token")?.to_owned())
}

fn measure(
    what: &str,
    running: &Running,
    form: impl Fn(usize) -> String + Sync,
    answered: impl Fn(usize, &str) + Sync,
) -> Result<()> {
    let (done, failed, over) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let (before, start) = (processor_seconds(running.id())?, Instant::now());
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (done, failed, over, form, answered) = (&done, &failed, &over, &form, &answered);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    match running.send("POST", TOKEN, &FORM, &form(client)) {
                        Ok((200, body)) => {
                            answered(client, &body);
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        _ => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
        thread::sleep(LENGTH);
        over.store(true, Ordering::Relaxed);
    });
    let (seconds, used) = (start.elapsed().as_secs_f64(), processor_seconds(running.id())? - before);
    let (done, failed) = (done.into_inner(), failed.into_inner());
    if failed > 0 || done == 0 {
        bail!("{what}: {done} answered, {failed} failed");
    }
    let (rate, per_core) = (done as f64 / seconds, done as f64 / used);
    println!("{what}: {per_core:.0} a second and core ({rate:.0} a second by {CLIENTS} clients, one connection each)");
    Ok(())
}

/// The processor time of a process (proc_pid_stat(5): fields 14 and 15, in ticks of 10 ms on Linux).
fn processor_seconds(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("rates are measured on Linux only")?;
    let (_, fields) = stat.rsplit_once(')').context("proc_pid_stat(5)")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}
