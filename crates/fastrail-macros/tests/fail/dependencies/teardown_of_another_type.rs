//! Teardowns that take or return something else.

use fastrail::prelude::*;

#[derive(Clone)]
struct Session;

#[derive(Clone)]
struct Other;

#[dependency(teardown = takes_another)]
async fn session() -> Session {
    Session
}

async fn takes_another(_: Session, _: u16) -> Result<(), Error> {
    Ok(())
}

#[dependency(teardown = takes_one)]
async fn other() -> Other {
    Other
}

async fn takes_one(_: Other) -> Result<(), Error> {
    Ok(())
}

#[derive(Clone)]
struct Third;

#[dependency(teardown = returns_text)]
async fn third() -> Third {
    Third
}

async fn returns_text(_: Third, _: Outcome) -> String {
    String::new()
}

#[derive(Clone)]
struct Fourth;

#[dependency(teardown = not_async)]
async fn fourth() -> Fourth {
    Fourth
}

fn not_async(_: Fourth, _: Outcome) -> Result<(), Error> {
    Ok(())
}

fn main() {}
