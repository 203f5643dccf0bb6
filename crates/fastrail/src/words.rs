//! Eight bytes at a time, as one number: a loop over short texts costs more than what it looks for.

/// One in each byte
pub(crate) const EACH: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte
pub(crate) const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is zero; of those above the first one it may be set as well
#[inline(always)]
pub(crate) fn zeros(word: u64) -> u64 {
    // A byte that is zero borrows from the bit above it.
    word.wrapping_sub(EACH) & !word & HIGH
}

/// The same of each byte that is `wanted`
#[inline(always)]
pub(crate) fn equal(word: u64, wanted: u8) -> u64 {
    zeros(word ^ (EACH * u64::from(wanted)))
}

/// The highest bit of a byte when there is an ASCII one below `bound`
#[inline(always)]
pub(crate) fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(EACH * u64::from(bound)) & !word & HIGH
}

/// Whether `is_sound` holds for every byte; `is_word_sound` says so of eight, of which the last may be seen twice
#[inline(always)]
pub(crate) fn all(bytes: &[u8], is_word_sound: impl Fn(u64) -> bool, is_sound: impl Fn(u8) -> bool) -> bool {
    let is_word_sound = |word: &[u8; 8]| is_word_sound(u64::from_le_bytes(*word));
    let (words, rest) = bytes.as_chunks::<8>();
    // The last word overlaps the one before it.
    words.iter().all(is_word_sound)
        && (rest.is_empty()
            || bytes.last_chunk().map_or_else(|| rest.iter().all(|byte| is_sound(*byte)), is_word_sound))
}
