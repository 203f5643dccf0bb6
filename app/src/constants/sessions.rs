//! The browser's cookie, and how attempts to log in are slowed down.

use std::time::Duration;

/// The cookie's name: the prefix binds it to this host and to HTTPS (RFC 6265bis §4.1.3.2).
pub const SESSION_COOKIE: &str = "__Host-session";

/// Failures of one account before it is locked for a while (our choice; NIST SP 800-63B-4 §3.2.2 allows up to 100).
pub const FREE_ACCOUNT_FAILURES: i64 = 5;

/// Attempts on one account or from one address that are looked at at once; a right password among more is refused.
pub const MAX_PENDING_ATTEMPTS: i64 = 20;

/// After so long no attempt is looked at any more, whatever became of it.
pub const PENDING_FORGOTTEN: Duration = Duration::from_secs(60);

/// The longest lock of an account. Whoever has logged in from an address before is not locked there by strangers.
pub const MAX_ACCOUNT_LOCK: Duration = Duration::from_secs(5 * 60);

/// Failures from one address, of any accounts, before it is locked for a while, unless the settings say otherwise.
pub const FREE_ADDRESS_FAILURES: u32 = 20;

/// The longest lock of an address.
pub const MAX_ADDRESS_LOCK: Duration = Duration::from_secs(60);

/// After so long without a failure, none of them counts.
pub const FAILURES_FORGOTTEN: Duration = Duration::from_secs(60 * 60);

/// For how long an address that a user has logged in from is known.
pub const ADDRESS_KNOWN: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How much of a client's name for itself is kept, in characters.
pub const MAX_USER_AGENT_CHARS: usize = 200;
