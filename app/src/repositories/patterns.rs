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
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape(ESCAPE)
}
