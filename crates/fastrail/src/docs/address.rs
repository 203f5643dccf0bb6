//! Addresses from one page of the application to another, written relatively (RFC 3986 §4.2).
//!
//! A root-relative address (`/docs/init.js`) is wrong behind a proxy that adds a prefix, and
//! the prefix is not always known here; a relative one is right everywhere.

/// Returns the canonical path of a page: rooted, with no slash at the end; `/` stays `/`.
pub(super) fn canonical(path: &str) -> String {
    format!("/{}", path.trim_matches('/'))
}

/// Returns the path of a file that belongs to the page at `page`.
pub(super) fn beneath(page: &str, file: &str) -> String {
    format!("{}/{file}", page.trim_end_matches('/'))
}

/// Returns `target` as it is written in the page at `page`.
///
/// Only a path of this application can be made relative; what has a scheme or a host
/// (`https://…`, `//host/…`) and what is relative already is returned as it is.
pub(super) fn relative(page: &str, target: &str) -> String {
    if !target.starts_with('/') || target.starts_with("//") {
        return target.to_owned();
    }
    let from: Vec<&str> = page.split('/').collect();
    let to: Vec<&str> = target.split('/').collect();
    // The last segment is the page or the file itself, not a folder.
    let (from_folders, to_folders) = (&from[..from.len() - 1], &to[..to.len() - 1]);
    let shared = from_folders.iter().zip(to_folders).take_while(|(left, right)| left == right).count();
    let mut address = "../".repeat(from_folders.len() - shared);
    address.push_str(&to[shared..].join("/"));
    // `a:b` would be read as a scheme, and nothing at all as the page itself.
    let first = address.split('/').next().unwrap_or_default();
    if address.is_empty() || first.contains(':') { format!("./{address}") } else { address }
}

#[cfg(test)]
mod tests {
    use super::{beneath, canonical, relative};

    #[test]
    fn a_page_has_one_path() {
        for (given, expected) in [("/docs", "/docs"), ("/docs/", "/docs"), ("docs", "/docs"), ("/", "/"), ("", "/")] {
            assert_eq!(canonical(given), expected, "{given:?}");
        }
        assert_eq!(beneath("/api/docs", "init.js"), "/api/docs/init.js");
        assert_eq!(beneath("/", "init.js"), "/init.js");
    }

    #[test]
    fn addresses_are_relative_to_the_page() {
        for (page, target, expected) in [
            ("/docs", "/docs/init.js", "docs/init.js"),
            ("/api/docs", "/api/docs/init.js", "docs/init.js"),
            ("/api/docs", "/api/openapi.json", "openapi.json"),
            ("/docs", "/openapi.json", "openapi.json"),
            ("/a/b/docs", "/x/openapi.json", "../../x/openapi.json"),
            ("/docs/", "/docs", "../docs"),
            ("/", "/init.js", "init.js"),
            ("/docs", "/", "./"),
            ("/docs", "/v1:openapi.json", "./v1:openapi.json"),
        ] {
            assert_eq!(relative(page, target), expected, "{target} in {page}");
        }
    }

    #[test]
    fn other_hosts_stay_as_they_are() {
        for address in ["https://api.example/openapi.json", "//cdn.example/x.js", "openapi.json"] {
            assert_eq!(relative("/docs", address), address);
        }
    }
}
