//! Patterns for `LIKE` from what people type.

use sea_orm::sea_query::LikeExpr;

const ESCAPE: char = '\\';

/// Matches texts that hold what was typed, in lower case, with `%`, `_` and `\` standing for
/// themselves.
pub(super) fn containing(typed: &str) -> LikeExpr {
    let mut pattern = String::with_capacity(typed.len() + 2);
    pattern.push('%');
    for c in typed.to_lowercase().chars() {
        if matches!(c, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        // No text that is kept holds NUL, and Postgres takes none to look for either.
        pattern.push(if c == '\0' { char::REPLACEMENT_CHARACTER } else { c });
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape(ESCAPE)
}
