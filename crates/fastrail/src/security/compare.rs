//! Comparison that takes as long for a near miss as for a wild guess.

/// Whether two secrets are equal, in a time that depends on their lengths only
///
/// `==` stops at the first byte that differs, and so tells an attacker who measures how many were right. Passwords are
/// not compared at all but verified against a hash (Argon2).
///
/// ```
/// use fastrail::security::constant_time_eq;
///
/// assert!(constant_time_eq(b"swordfish", b"swordfish"));
/// assert!(!constant_time_eq(b"swordfish", b"swordfisk"));
/// ```
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    left.ct_eq(right).into()
}
