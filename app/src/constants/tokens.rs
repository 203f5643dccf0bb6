//! Fixed numbers and names of tokens.

use std::time::Duration;

/// How long a refresh token that was just used answers with the same successor, so that two
/// tabs which refresh at once are not taken for a thief (our choice: 10 s).
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);

/// How far the clocks of two instances may differ before their tokens fail.
pub const CLOCK_LEEWAY: Duration = Duration::from_secs(5);

/// The `client_id` (RFC 9068 §2.2) of tokens from our own login form.
pub const FIRST_PARTY_CLIENT_ID: &str = "first-party";

/// The media type of access tokens in the header `typ` (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// How often an instance looks for new signing keys (our choice: a compromised key counts half a minute longer).
pub const KEY_CHECK_INTERVAL: Duration = Duration::from_secs(30);

/// How often a token with an unknown key makes an instance look at once.
pub const UNKNOWN_KEY_INTERVAL: Duration = Duration::from_secs(5);

/// How long others may keep our JWKS document; a new key signs only after that.
pub const JWKS_MAX_AGE: Duration = Duration::from_secs(300);
