//! Slows guessing of passwords down, by account and by address.
//!
//! - An attempt is counted *before* its password is looked at, in a session of its own: a hundred guesses at once are a
//!   hundred, and the error that a guess is answered with takes nothing back. A success takes its own count back.
//! - A locked attempt is answered as a wrong password is, after the same work; it does not make the lock longer.
//! - A lock lasts five minutes at most, an address's one minute, so nobody is kept out for long. Whoever has logged in
//!   from an address before has a count of their own there, which strangers elsewhere cannot raise.
//! - Names that nobody has are counted alike: a lock tells nothing.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{client::Client, clock::Clock};
use crate::{
    constants::sessions::{
        ADDRESS_KNOWN, FAILURES_FORGOTTEN, FREE_ACCOUNT_FAILURES, FREE_ADDRESS_FAILURES, MAX_ACCOUNT_LOCK,
        MAX_ADDRESS_LOCK,
    },
    models::{LoginFailure, UserId},
    repositories::{Database, DatabaseError, LoginFailureRepository, LoginSessionRepository, Session},
};

/// An attempt that has been counted.
#[derive(Debug, Clone)]
#[must_use = "an attempt that turns out well is taken back"]
pub struct Attempt {
    account: String,
    address: Option<String>,
    /// Whether it is refused, whatever the password.
    pub is_locked: bool,
}

/// How many failures are free, and how long a lock gets.
#[derive(Clone, Copy)]
struct Rule {
    free: i64,
    longest: Duration,
}

const ACCOUNT: Rule = Rule { free: FREE_ACCOUNT_FAILURES, longest: MAX_ACCOUNT_LOCK };
const ADDRESS: Rule = Rule { free: FREE_ADDRESS_FAILURES, longest: MAX_ADDRESS_LOCK };

impl Attempt {
    /// Counts an attempt on the account of a user, or of a name that nobody has, and commits that.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn begin(
        database: &Database,
        clock: &Clock,
        user: Option<UserId>,
        login: &str,
        client: &Client,
    ) -> Result<Self, DatabaseError> {
        let now = clock.now();
        let place = client.place();
        // Asked for nobody as well, so that it takes as long.
        let is_known = match &place {
            Some(place) => {
                let logins = LoginSessionRepository::new(database.read_session());
                let nobody = Uuid::nil().into();
                logins.has_come_from(user.unwrap_or(nobody), place, now - delta(ADDRESS_KNOWN)).await?
            }
            None => false,
        };
        let account = match user {
            Some(id) => id.to_string(),
            None => login.trim().to_lowercase(),
        };
        let from = place.as_deref().filter(|_| is_known).unwrap_or("anywhere");
        let account = key(&["account", &account, from]);
        let address = place.map(|place| key(&["address", &place]));

        let session = database.session();
        let rows = LoginFailureRepository::new(session.clone());
        // Always the account first: two attempts never wait for each other crosswise.
        let mut is_locked = count(&rows, &account, ACCOUNT, now).await?;
        if let Some(address) = &address {
            is_locked |= count(&rows, address, ADDRESS, now).await?;
        }
        rows.forget_before(now - delta(FAILURES_FORGOTTEN)).await?;
        session.commit().await?;
        Ok(Self { account, address, is_locked })
    }

    /// Takes the count of an attempt back that turned out well, and every failure of the account before it; the caller
    /// commits.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn succeeded(&self, session: &Session, clock: &Clock) -> Result<(), DatabaseError> {
        let rows = LoginFailureRepository::new(session.clone());
        forgive(&rows, &self.account, i64::MAX, clock.now()).await?;
        match &self.address {
            Some(address) => forgive(&rows, address, 1, clock.now()).await,
            None => Ok(()),
        }
    }

    /// Takes the count of an attempt back whose password nobody could look at.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn abandoned(&self, database: &Database, clock: &Clock) -> Result<(), DatabaseError> {
        let session = database.session();
        let rows = LoginFailureRepository::new(session.clone());
        for id in std::iter::once(&self.account).chain(&self.address) {
            forgive(&rows, id, 1, clock.now()).await?;
        }
        session.commit().await
    }
}

/// Counts one more, unless it is locked already. The row is written either way, so that both take as long.
async fn count(rows: &LoginFailureRepository, id: &str, rule: Rule, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let mut row = rows.lock(id, now).await?;
    if now.signed_duration_since(row.last_failed_at) > delta(FAILURES_FORGOTTEN) {
        row.failures = 0;
    }
    let is_locked = row.locked_until.is_some_and(|until| now < until);
    if !is_locked {
        row.failures = row.failures.saturating_add(1);
        row.last_failed_at = now;
        row.locked_until = lock_after(&row, rule).map(|length| now + length);
    }
    rows.update(row).await?;
    Ok(is_locked)
}

async fn forgive(
    rows: &LoginFailureRepository,
    id: &str,
    failures: i64,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let mut row = rows.lock(id, now).await?;
    row.failures = row.failures.saturating_sub(failures).max(0);
    row.locked_until = None;
    rows.update(row).await?;
    Ok(())
}

/// Two seconds after the first failure that is not free, then twice as long each time.
fn lock_after(row: &LoginFailure, rule: Rule) -> Option<TimeDelta> {
    let beyond = u32::try_from(row.failures.saturating_sub(rule.free)).ok().filter(|beyond| *beyond > 0)?;
    let seconds = 2_u64.saturating_pow(beyond.min(32));
    Some(delta(rule.longest.min(Duration::from_secs(seconds))))
}

/// A hash of what is counted. The parts are told apart by their lengths.
fn key(parts: &[&str]) -> String {
    let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
