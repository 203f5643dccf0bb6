//! The files of a page, and how one is answered: compression, validators, caching, policy.
//!
//! Assets are compiled in as `gzip -9` left them. A client that takes gzip gets those bytes;
//! for any other they are inflated once and kept. What is under `assets/`, from where, and
//! how it is updated stands in that folder's README.

use std::io::Read;
use std::sync::OnceLock;

use bytes::Bytes;
use flate2::Crc;
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY as CSP_HEADER, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

/// The policy that the pages and their files send unless told otherwise.
///
/// Scripts and requests go to this server only. Styles may stand inline because both pages
/// make theirs at run time; ReDoc's search runs in a worker made from a `blob:`.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self' data:; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
pub(super) const CSS: &str = "text/css; charset=utf-8";
pub(super) const SVG: &str = "image/svg+xml";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// An asset that is compiled in, gzip-compressed.
pub(super) struct Asset {
    pub(super) name: &'static str,
    content_type: &'static str,
    gzip: &'static [u8],
    inflated: OnceLock<Bytes>,
}

macro_rules! asset {
    ($folder:literal, $name:literal, $content_type:expr) => {
        Asset {
            name: $name,
            content_type: $content_type,
            gzip: include_bytes!(concat!("../../assets/", $folder, "/", $name, ".gz")),
            inflated: OnceLock::new(),
        }
    };
}

pub(super) static SWAGGER_UI_BUNDLE: Asset = asset!("swagger-ui", "swagger-ui-bundle.js", JAVASCRIPT);
pub(super) static SWAGGER_UI_CSS: Asset = asset!("swagger-ui", "swagger-ui.css", CSS);
pub(super) static SWAGGER_UI_LICENSE: Asset = asset!("swagger-ui", "swagger-ui-bundle.js.LICENSE.txt", TEXT);
pub(super) static REDOC_BUNDLE: Asset = asset!("redoc", "redoc.standalone.js", JAVASCRIPT);
pub(super) static REDOC_LICENSE: Asset = asset!("redoc", "redoc.standalone.js.LICENSE.txt", TEXT);
#[cfg(feature = "scalar")]
pub(super) static SCALAR_BUNDLE: Asset = asset!("scalar", "standalone.js", JAVASCRIPT);
#[cfg(feature = "scalar")]
pub(super) static SCALAR_LICENSE: Asset = asset!("scalar", "standalone.js.LICENSE.txt", TEXT);

impl Asset {
    /// A fingerprint of the content: the CRC-32 and the length that end every gzip stream.
    pub(super) fn fingerprint(&self) -> String {
        let trailer = &self.gzip[self.gzip.len() - 8..];
        trailer.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn inflated(&self) -> Bytes {
        let inflate = || {
            let mut content = Vec::new();
            GzDecoder::new(self.gzip)
                .read_to_end(&mut content)
                .expect("invariant: embedded assets are whole gzip streams");
            Bytes::from(content)
        };
        self.inflated.get_or_init(inflate).clone()
    }
}

/// What a [`DocsFile`] answers with.
enum Body {
    /// Written when the page was built; small, never compressed here.
    Written { content_type: &'static str, content: Bytes, cache: &'static str },
    /// Compiled in.
    Embedded(&'static Asset),
    /// Nothing but the way to another file, relative to this one.
    Redirect(String),
}

/// One file of a documentation page: where it is, and what it answers.
pub struct DocsFile {
    path: String,
    body: Body,
    policy: HeaderValue,
}

/// Written files change with the application's configuration: they are asked for each time.
const REVALIDATE: &str = "no-cache";
/// Links to assets carry their fingerprint, so a new release is fetched at once.
const A_DAY: &str = "public, max-age=86400";

impl DocsFile {
    pub(super) fn written(
        path: String,
        content_type: &'static str,
        content: impl Into<Bytes>,
        policy: &HeaderValue,
    ) -> Self {
        let body = Body::Written { content_type, content: content.into(), cache: REVALIDATE };
        Self { path, body, policy: policy.clone() }
    }

    /// A file of ours that is compiled in as it is, because it is too small to compress.
    pub(super) fn plain(path: String, content_type: &'static str, content: &'static str, policy: &HeaderValue) -> Self {
        let content = Bytes::from_static(content.as_bytes());
        let body = Body::Written { content_type, content, cache: A_DAY };
        Self { path, body, policy: policy.clone() }
    }

    pub(super) fn embedded(path: String, asset: &'static Asset, policy: &HeaderValue) -> Self {
        Self { path, body: Body::Embedded(asset), policy: policy.clone() }
    }

    pub(super) fn redirect(path: String, to: String, policy: &HeaderValue) -> Self {
        Self { path, body: Body::Redirect(to), policy: policy.clone() }
    }

    /// The file's path in the application, from the root: `/docs/init.js`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The file's media type; `None` for a redirect.
    #[must_use]
    pub fn content_type(&self) -> Option<&'static str> {
        match &self.body {
            Body::Written { content_type, .. } => Some(content_type),
            Body::Embedded(asset) => Some(asset.content_type),
            Body::Redirect(_) => None,
        }
    }

    /// Answers a `GET` with these request headers; `Accept-Encoding` and `If-None-Match` count.
    ///
    /// 200 with the file, 304 when the client has it (RFC 9110 §13.1.2), or 307 for the
    /// page's path with a slash at its end.
    #[must_use]
    pub fn respond(&self, request: &HeaderMap) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        headers.insert(CSP_HEADER, self.policy.clone());
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));

        let (content_type, content, tag, cache) = match &self.body {
            Body::Redirect(to) => {
                headers.insert(LOCATION, value(to));
                *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
                return response;
            }
            Body::Written { content_type, content, cache } => {
                (*content_type, content.clone(), format!("\"{}\"", fingerprint(content)), *cache)
            }
            Body::Embedded(asset) => {
                headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
                let fingerprint = asset.fingerprint();
                // The two representations differ byte by byte, so strong tags differ too.
                if accepts_gzip(request) {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                    let content = Bytes::from_static(asset.gzip);
                    (asset.content_type, content, format!("\"{fingerprint}-gzip\""), A_DAY)
                } else {
                    let content = asset.inflated();
                    (asset.content_type, content, format!("\"{fingerprint}\""), A_DAY)
                }
            }
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(ETAG, value(&tag));
        if client_has(request, &tag) {
            headers.remove(CONTENT_ENCODING);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        *response.body_mut() = content;
        response
    }
}

/// Makes the policy, with more origins for `connect-src` (a token endpoint on another host).
///
/// # Panics
///
/// When an origin holds what an origin cannot: white space, `;`, `,` or control characters.
pub(super) fn policy(connect: &[String]) -> HeaderValue {
    for origin in connect {
        assert!(
            !origin.contains(|c: char| c.is_whitespace() || c.is_control() || ";,'".contains(c)),
            "`{origin}` is not an origin like `https://login.example`",
        );
    }
    let mut sources = "connect-src 'self'".to_owned();
    for origin in connect {
        sources.push(' ');
        sources.push_str(origin);
    }
    value(&CONTENT_SECURITY_POLICY.replace("connect-src 'self'", &sources))
}

/// The same kind of fingerprint as [`Asset::fingerprint`], of content that is not compressed.
pub(super) fn fingerprint(content: &[u8]) -> String {
    let mut crc = Crc::new();
    crc.update(content);
    format!("{:08x}{:08x}", crc.sum(), crc.amount())
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("invariant: tags, addresses and policies are visible ASCII")
}

/// Whether the client takes gzip (RFC 9110 §12.5.3). One that names no coding gets none.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let mut by_name = None;
    let mut by_star = None;
    for line in request.get_all(ACCEPT_ENCODING) {
        for item in line.to_str().unwrap_or_default().split(',') {
            let mut parts = item.split(';').map(str::trim);
            let coding = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
                by_name = Some(weight > 0.0);
            } else if coding == "*" {
                by_star = Some(weight > 0.0);
            }
        }
    }
    by_name.or(by_star).unwrap_or(false)
}

/// Whether `If-None-Match` names this tag, by the weak comparison that the header asks for.
fn client_has(request: &HeaderMap, tag: &str) -> bool {
    request.get_all(IF_NONE_MATCH).iter().any(|line| {
        line.to_str()
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .any(|candidate| candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag)
    })
}
