//! Nothing in the tree belongs to one machine: no path of somebody's disk, no registry's host.
//!
//! What a checkout needs is named by its package, relative to the checkout, or by a setting.

use super::Finding;

/// Text that only makes sense on one machine. In two pieces, so that this file passes too.
const MACHINE: [(&str, &str); 10] = [
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/Us", "ers/"),
    ("/wo", "rk/"),
    ("/fa", "rm/"),
    ("/tmp/", "bash_"),
    ("registry.", "npmjs"),
    ("pypi.", "org"),
    ("deb.", "debian"),
    ("index.", "crates.io"),
];

/// Checks any text file.
pub(super) fn check(name: &str, text: &str) -> Vec<Finding> {
    // The lock file names what was resolved, in cargo's own words.
    if name.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (start, end) in MACHINE {
            let word = format!("{start}{end}");
            if line.match_indices(&word).any(|(at, _)| stands_alone(line, at, &word)) {
                findings.push(Finding {
                    file: name.to_owned(),
                    line: index + 1,
                    message: format!(
                        "`{word}` belongs to one machine: write a relative path, a package's \
                         name or a setting"
                    ),
                });
            }
        }
    }
    findings
}

/// A path counts from its root only: `src/work/` is somebody's folder, not a machine's.
fn stands_alone(line: &str, at: usize, word: &str) -> bool {
    let before = line[..at].chars().next_back();
    !word.starts_with('/') || before.is_none_or(|c| !c.is_alphanumeric() && !"_-./}*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn paths_of_a_machine_are_found_with_their_line() {
        let path = ["/wo", "rk/main/app"].concat();
        let found = check("README.md", &format!("first\ncd {path} && cargo run\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
        assert_eq!(check("a.md", &format!("`{path}`")).len(), 1);
    }

    #[test]
    fn folders_of_the_tree_are_not_a_machine() {
        let inner = ["src/wo", "rk/a and ./wo", "rk/b and $HOME/wo", "rk/c"].concat();
        assert!(check("a.md", &inner).is_empty());
    }

    #[test]
    fn hosts_of_registries_are_found() {
        let host = ["https://registry.", "npmjs", ".org/x"].concat();
        assert_eq!(check("package-lock.json", &host).len(), 1);
        assert!(check("Cargo.lock", &host).is_empty());
    }
}
