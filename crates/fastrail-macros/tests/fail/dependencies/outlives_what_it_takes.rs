//! A teardown after the answer, of a dependency that takes what ends before.

use fastrail::prelude::*;

#[derive(Clone)]
struct Session;

#[dependency(teardown = commit)]
async fn session() -> Session {
    Session
}

async fn commit(_: Session, _: Outcome) {}

#[derive(Clone)]
struct Audit;

#[dependency(after_response = write)]
async fn audit(session: Session) -> Audit {
    drop(session);
    Audit
}

async fn write(_: Audit, _: Outcome) {}

fn main() {}
