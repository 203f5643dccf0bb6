//! The name that was probably meant.

/// The closest of `known`, where it is close enough to be a slip
pub(crate) fn closest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let (distance, name) = known.iter().map(|name| (distance(written, name), *name)).min()?;
    (distance <= written.len().max(3) / 3).then_some(name)
}

/// "unknown key `x`; did you mean `y`? known are …"
pub(crate) fn unknown_key(written: &str, known: &[&str]) -> String {
    let guess = closest(written, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    format!("unknown key `{written}`{guess}\nknown keys: {}", known.join(", "))
}

/// Levenshtein's distance
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
