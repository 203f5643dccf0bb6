//! Slows guessing of passwords down, by account and by address.
//!
//! - An attempt is noted *before* its password is looked at, and counted when it has failed, each in a session of its own:
//!   of a hundred guesses at once twenty are looked at, and the error that a guess is answered with takes nothing back.
//! - A locked attempt is answered as a wrong password is, after the same work; it does not make the lock longer.
//! - A lock lasts five minutes at most, an address's one minute, so nobody is kept out for long. Whoever has logged in
//!   from an address before has a count of their own there, which strangers elsewhere cannot raise.
//! - Names that nobody has are counted alike: a lock tells nothing.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{authentication::AuthenticationService, client::Client, clock::Clock};
use crate::{
    constants::sessions::{
        ADDRESS_KNOWN, FAILURES_FORGOTTEN, FREE_ACCOUNT_FAILURES, MAX_ACCOUNT_LOCK, MAX_ADDRESS_LOCK,
        MAX_PENDING_ATTEMPTS, PENDING_FORGOTTEN,
    },
    models::{LoginFailure, UserId},
    repositories::{DatabaseError, LoginFailureRepository, LoginSessionRepository, Session},
};

/// An attempt that has been noted.
#[derive(Debug, Clone)]
#[must_use = "an attempt ends as failed, succeeded or abandoned"]
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

impl Attempt {
    /// Notes an attempt on the account of a user, or of a name that nobody has, and commits that.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub(super) async fn begin(
        service: &AuthenticationService,
        user: Option<UserId>,
        login: &str,
        client: &Client,
    ) -> Result<Self, DatabaseError> {
        let (database, now) = (&service.database, service.clock.now());
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
        rows.forget_before(now - delta(FAILURES_FORGOTTEN)).await?;
        // Always the account first: two attempts never wait for each other crosswise.
        let mut noted = vec![rows.lock(&account, now).await?];
        if let Some(address) = &address {
            noted.push(rows.lock(address, now).await?);
        }
        for row in &mut noted {
            // What a crash or a failed database has left.
            if now.signed_duration_since(row.last_began_at) > delta(PENDING_FORGOTTEN) {
                row.pending = 0;
            }
        }
        let is_locked = noted.iter().any(|row| is_refused(row, now));
        for mut row in noted {
            if !is_locked {
                row.pending += 1;
                row.last_began_at = now;
            }
            // Written either way, so that both take as long.
            rows.update(row).await?;
        }
        session.commit().await?;
        Ok(Self { account, address, is_locked })
    }

    /// Counts the attempt as a failure, and commits that; what was refused because of a lock makes it no longer.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub(super) async fn failed(&self, service: &AuthenticationService) -> Result<(), DatabaseError> {
        let (session, now) = (service.database.session(), service.clock.now());
        let rows = LoginFailureRepository::new(session.clone());
        let address = Rule { free: service.free_address_failures.into(), longest: MAX_ADDRESS_LOCK };
        for (id, rule) in self.rows(address) {
            let mut row = rows.lock(id, now).await?;
            if !self.is_locked {
                row.pending = (row.pending - 1).max(0);
                row.failures = row.failures.saturating_add(1);
                row.locked_until = lock_after(&row, rule).map(|length| now + length);
            }
            // Written either way, so that both take as long.
            rows.update(row).await?;
        }
        session.commit().await
    }

    /// Takes the attempt back that turned out well, and every failure of the account before it; the caller commits.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub(super) async fn succeeded(&self, session: &Session, clock: &Clock) -> Result<(), DatabaseError> {
        let rows = LoginFailureRepository::new(session.clone());
        for (id, _) in self.rows(ACCOUNT) {
            let mut row = rows.lock(id, clock.now()).await?;
            row.pending = (row.pending - 1).max(0);
            if *id == self.account {
                row.failures = 0;
                row.locked_until = None;
            }
            rows.update(row).await?;
        }
        Ok(())
    }

    /// Takes an attempt back whose password nobody could look at, and commits that.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub(super) async fn abandoned(&self, service: &AuthenticationService) -> Result<(), DatabaseError> {
        let session = service.database.session();
        let rows = LoginFailureRepository::new(session.clone());
        for (id, _) in self.rows(ACCOUNT) {
            let mut row = rows.lock(id, service.clock.now()).await?;
            row.pending = (row.pending - i64::from(!self.is_locked)).max(0);
            rows.update(row).await?;
        }
        session.commit().await
    }

    /// Always the account first: two attempts never wait for each other crosswise.
    fn rows(&self, address: Rule) -> impl Iterator<Item = (&String, Rule)> {
        std::iter::once((&self.account, ACCOUNT)).chain(self.address.iter().map(move |id| (id, address)))
    }
}

fn is_refused(row: &LoginFailure, now: DateTime<Utc>) -> bool {
    row.pending >= MAX_PENDING_ATTEMPTS || row.locked_until.is_some_and(|until| now < until)
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
