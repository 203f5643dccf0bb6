//! What all pages have in common: a bundle that fills an element, started by a script that is written for the app.

use http::HeaderValue;

use super::address::{beneath, relative};
use super::assets::{Asset, CSS, DocsFile, HTML, JAVASCRIPT, SVG, fingerprint};
use super::html::Page;

const PAGE_CSS: &str = include_str!("../../assets/pages/page.css");
const ICON: &str = include_str!("../../assets/pages/favicon.svg");

/// One page on its way to its files
pub(super) struct BundlePage<'a> {
    /// Canonical
    pub(super) path: &'a str,
    pub(super) title: &'a str,
    /// The given icon; `None`: ours
    pub(super) favicon_url: Option<&'a str>,
    /// The element that the bundle fills
    pub(super) element: &'a str,
    pub(super) bundle: &'static Asset,
    pub(super) license: &'static Asset,
    pub(super) style: Option<&'static Asset>,
    /// The start script
    pub(super) init: String,
    pub(super) policy: &'a HeaderValue,
}

impl BundlePage<'_> {
    /// The page itself, its path with a slash (a redirect, unless the page is at `/`), and everything that it loads
    pub(super) fn files(self) -> Vec<DocsFile> {
        let (page, policy) = (self.path, self.policy);
        let at = |name: &str| beneath(page, name);
        let versioned = |name: &str, version: &str| format!("{}?v={version}", relative(page, &at(name)));
        let of_asset = |asset: &Asset| versioned(asset.name, &asset.fingerprint());
        let mut styles: Vec<String> = self.style.into_iter().map(of_asset).collect();
        styles.push(versioned("page.css", &fingerprint(PAGE_CSS.as_bytes())));
        let icon = match self.favicon_url {
            Some(given) => relative(page, given),
            None => relative(page, &at("favicon.svg")),
        };
        let html = Page {
            title: self.title,
            icon: &icon,
            styles: &styles,
            scripts: &[of_asset(self.bundle), relative(page, &at("init.js"))],
            element: self.element,
        };
        let mut files = vec![DocsFile::written(page.to_owned(), HTML, html.write(), policy)];
        if page != "/" {
            // The page is served at one of the two only, since a relative link means something else at each; the
            // redirect is relative too, to hold behind a proxy's prefix.
            let with_slash = format!("{page}/");
            let back = relative(&with_slash, page);
            files.push(DocsFile::redirect(with_slash, back, policy));
        }
        files.push(DocsFile::written(at("init.js"), JAVASCRIPT, self.init, policy));
        let assets = [Some(self.bundle), Some(self.license), self.style];
        files.extend(assets.into_iter().flatten().map(|asset| DocsFile::embedded(at(asset.name), asset, policy)));
        files.push(DocsFile::plain(at("page.css"), CSS, PAGE_CSS, policy));
        files.push(DocsFile::plain(at("favicon.svg"), SVG, ICON, policy));
        files
    }
}
