//! Lengths of passwords, in characters (OWASP ASVS 5.0 V6.2.1 and V6.2.9).

/// The shortest password.
pub const MIN_PASSWORD_CHARS: usize = 8;

/// The longest password.
pub const MAX_PASSWORD_CHARS: usize = 128;
