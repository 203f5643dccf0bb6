//! The form of API keys, and their bounds.

use std::time::Duration;

/// What every key begins with, so that scanners of leaked secrets know it.
pub const PREFIX: &str = "frk_";

/// How many random characters of base62 a key has: 178 bits.
pub const RANDOM_CHARS: usize = 30;

/// How many characters of base62 its CRC-32 has.
pub const CHECKSUM_CHARS: usize = 6;

/// The most living keys of one user (our choice).
pub const MAX_KEYS: u64 = 50;

/// How often the time of the last use is written.
pub const LAST_USED_INTERVAL: Duration = Duration::from_secs(60);
