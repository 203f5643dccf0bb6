//! A file says what it is, and is not too long.

use super::Finding;

/// Above this, there is probably a second concern in the file.
const MOST_LINES: usize = 450;

/// A module starts with `//!`: what lives here, and what never does.
///
/// Programs that the compiler is meant to judge are left alone: their text is the test.
pub(super) fn module_doc(name: &str, text: &str) -> Option<Finding> {
    let judged = ["/tests/pass/", "/tests/fail/"].iter().any(|folder| name.contains(folder));
    let first = text.lines().next().unwrap_or_default();
    let said = first.strip_prefix("//!").is_some_and(|said| !said.trim().is_empty());
    (!judged && !said).then(|| Finding {
        file: name.to_owned(),
        line: 1,
        message: "no module documentation: let the first line be `//!` and what lives here".to_owned(),
    })
}

/// A long file is a warning, not an error: one long table is no second concern.
pub(super) fn length(name: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > MOST_LINES).then(|| Finding {
        file: name.to_owned(),
        line: MOST_LINES,
        message: format!("{lines} lines: look for the second concern and give it a file"),
    })
}

#[cfg(test)]
mod tests {
    use super::{length, module_doc};

    #[test]
    fn a_module_starts_with_what_it_is() {
        assert!(module_doc("a.rs", "//! Users.\nuse x;").is_none());
        for text in ["", "use x;\n//! Users.", "//!\n", "// Users.", "/// Users."] {
            assert!(module_doc("a.rs", text).is_some(), "{text:?}");
        }
        assert!(module_doc("crates/macros/tests/fail/no_argument.rs", "fn main() {}").is_none());
    }

    #[test]
    fn a_long_file_is_seen() {
        assert!(length("a.rs", &"\n".repeat(450)).is_none());
        let found = length("a.rs", &"\n".repeat(451)).expect("too long");
        assert!(found.message.starts_with("451 lines"));
    }
}
