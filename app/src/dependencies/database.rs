//! The request's database session: [`Session`] for writing, [`ReadSession`] for reading.
//!
//! An operation that takes a service on a `ReadSession` cannot write, by type. Neither takes a connection before its
//! first statement.

use fastrail::prelude::*;

use crate::errors::WriteProblem;
use crate::repositories::{Database, ReadSession, Session};

/// A unit of work: committed before a success is answered, rolled back otherwise
#[dependency(teardown = finish)]
pub async fn session(database: State<Database>) -> Session {
    database.session()
}

/// A commit that fails is the answer: it is never a success
async fn finish(session: Session, outcome: Outcome) -> Result<(), WriteProblem> {
    let ended = if outcome.is_success() { session.commit().await } else { session.rollback().await };
    Ok(ended?)
}

/// Reads, each on a connection that is free
#[dependency]
pub async fn read_session(database: State<Database>) -> ReadSession {
    database.read_session()
}
