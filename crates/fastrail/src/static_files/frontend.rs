//! A built front-end: its files, and its page for the paths that only it knows.

use std::path::{Path, PathBuf};

use axum_core::response::Response;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use http::request::Parts;

use super::accept::is_navigation;
use super::lookup::Found;
use super::{StaticFiles, is_read, not_found};
use crate::error::Error;

/// What is answered where there is no file
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fallback {
    /// `404.html` where the build has one, else `index.html`
    Auto,
    Index,
    NotFound,
    None,
}

/// The build of a front-end (`dist`), served below a path; operations of the app win
///
/// A file is served as [`StaticFiles`] does, a directory by its `index.html`. Where there is no file, the answer is
/// `404.html` with 404 if the build has one; else `index.html` with 200 for a browser that navigates (`GET` or `HEAD`
/// whose `Accept` names HTML), so that the front-end's router takes over; else 404.
///
/// ```no_run
/// use fastrail::prelude::*;
/// use fastrail::Frontend;
///
/// let app = App::new("Shop", "1.0.0").frontend("/", Frontend::new("dist").index_fallback());
/// ```
#[derive(Clone, Debug)]
pub struct Frontend {
    files: StaticFiles,
    fallback: Fallback,
    policy: Option<HeaderValue>,
}

impl Frontend {
    /// The build in `directory`
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { files: StaticFiles::new(directory).html(), fallback: Fallback::Auto, policy: None }
    }

    /// Always `index.html` for a browser that navigates
    #[must_use]
    pub fn index_fallback(mut self) -> Self {
        self.fallback = Fallback::Index;
        self
    }

    /// Always `404.html`, with 404
    #[must_use]
    pub fn not_found_fallback(mut self) -> Self {
        self.fallback = Fallback::NotFound;
        self
    }

    /// Always the app's own 404
    #[must_use]
    pub fn no_fallback(mut self) -> Self {
        self.fallback = Fallback::None;
        self
    }

    /// `Content-Security-Policy` of every file, such as `default-src 'self'`: the one that
    /// [`SecurityHeaders`](crate::middleware::SecurityHeaders) sets is for an API and lets no page run
    ///
    /// # Panics
    /// When the text cannot stand in a header.
    #[must_use]
    pub fn content_security_policy(mut self, policy: &'static str) -> Self {
        self.policy = Some(HeaderValue::from_static(policy));
        self
    }

    /// Serves `app.js.br` or `app.js.gz` in place of `app.js` to clients that accept it
    #[must_use]
    pub fn precompressed(mut self) -> Self {
        self.files = self.files.precompressed();
        self
    }

    pub(super) fn problem(&self) -> Option<String> {
        let page = match self.fallback {
            Fallback::Index => "index.html",
            Fallback::NotFound => "404.html",
            Fallback::Auto | Fallback::None => return self.files.problem(),
        };
        self.files.problem().or_else(|| {
            let path = self.files.lookup.directory.join(page);
            (!path.is_file()).then(|| format!("the front-end has no `{}` to fall back to", path.display()))
        })
    }

    pub(super) async fn respond(&self, parts: &Parts, prefix: usize) -> Result<Response, Error> {
        let path = parts.uri.path().get(prefix..).unwrap_or_default();
        let exists = match self.files.find(path).await? {
            Found::File(_) => true,
            Found::Directory { index, .. } => index.is_some(),
            Found::Nothing => false,
        };
        let response = if exists {
            self.files.respond(parts, prefix).await?
        } else if is_read(&parts.method) {
            self.fall_back(parts).await?
        } else {
            return Err(not_found());
        };
        let mut response = response;
        if let Some(policy) = &self.policy {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.clone());
        }
        Ok(response)
    }

    async fn fall_back(&self, parts: &Parts) -> Result<Response, Error> {
        if matches!(self.fallback, Fallback::Auto | Fallback::NotFound)
            && let Some(page) = self.files.page("/404.html", StatusCode::NOT_FOUND, parts).await?
        {
            return Ok(page);
        }
        if matches!(self.fallback, Fallback::Auto | Fallback::Index)
            && is_navigation(&parts.headers)
            && let Some(page) = self.files.page("/index.html", StatusCode::OK, parts).await?
        {
            return Ok(page);
        }
        Err(not_found())
    }
}

impl<P: AsRef<Path>> From<P> for Frontend {
    fn from(directory: P) -> Self {
        Self::new(directory.as_ref())
    }
}
