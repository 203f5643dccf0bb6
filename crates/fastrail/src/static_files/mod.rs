//! Files of a directory, and the front-end of an app.
//!
//! tower-http's `ServeDir` was weighed and left: it does not know `If-Range`, follows links out of the directory, and
//! answers errors in a shape of its own.

mod accept;
mod frontend;
mod lookup;

pub use frontend::Frontend;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum_core::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, LOCATION, VARY};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};

use crate::error::Error;
use crate::request::Body;
use crate::response::{Opened, media_type_of, serve};
use accept::prefers;
use lookup::{Found, Lookup};

/// Serves the files of a directory, for `GET` and `HEAD`
///
/// With `ETag`, `Last-Modified`, `Range` and the rest of what [`FileResponse`](crate::FileResponse) answers, and
/// `Cache-Control: no-cache`, so that a browser asks whether it has the present version. Nothing outside the directory
/// is served: a path is decoded once and must then be made of plain names, and a link that leads out is not followed
/// unless [`follow_links`](Self::follow_links) says so. Names that start with a dot are not served, `.well-known` is.
///
/// ```no_run
/// use fastrail::prelude::*;
/// use fastrail::StaticFiles;
///
/// let app = App::new("Shop", "1.0.0").static_files("/static", StaticFiles::new("static"));
/// ```
///
/// # Errors
/// 404 for what is not there, 405 for another method, 412 and 416 as a request's headers say. The app does not start
/// when the directory is not there.
#[derive(Clone, Debug)]
pub struct StaticFiles {
    lookup: Lookup,
    name: String,
    cache_control: HeaderValue,
    precompressed: bool,
    index: bool,
}

impl StaticFiles {
    /// The files below `directory`
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            lookup: Lookup { directory: directory.into(), follow_links: false },
            name: "static".to_owned(),
            cache_control: HeaderValue::from_static("no-cache"),
            precompressed: false,
            index: false,
        }
    }

    /// The name under which `url_for` knows them. Default: `static`
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Serves a directory's `index.html` for the directory, and `404.html` for what is not there
    #[must_use]
    pub fn html(mut self) -> Self {
        self.index = true;
        self
    }

    /// What browsers and proxies may keep, such as `public, max-age=31536000, immutable` for files that carry their
    /// hash in their name. Default: `no-cache`
    ///
    /// # Panics
    /// When the text cannot stand in a header.
    #[must_use]
    pub fn cache_control(mut self, value: &'static str) -> Self {
        self.cache_control = HeaderValue::from_static(value);
        self
    }

    /// Serves `app.js.br` or `app.js.gz` in place of `app.js` to clients that accept it
    #[must_use]
    pub fn precompressed(mut self) -> Self {
        self.precompressed = true;
        self
    }

    /// Follows links that lead out of the directory: whoever can make links there can then publish any file
    #[must_use]
    pub fn follow_links(mut self) -> Self {
        self.lookup.follow_links = true;
        self
    }

    pub(crate) fn route_name(&self) -> &str {
        &self.name
    }

    /// Why the app must not start
    pub(crate) fn problem(&self) -> Option<String> {
        let directory = &self.lookup.directory;
        (!directory.is_dir()).then(|| format!("there is no directory `{}` to serve files from", directory.display()))
    }

    /// Answers a request whose path stands below `prefix` bytes
    pub(crate) async fn respond(&self, parts: &Parts, prefix: usize) -> Result<Response, Error> {
        let path = parts.uri.path().get(prefix..).unwrap_or_default();
        match self.find(path).await? {
            Found::File(file) => self.file(file, parts).await,
            Found::Directory { index: Some(index), slash: false } if self.index && is_read(&parts.method) => {
                drop(index);
                redirect_to_directory(parts.uri.path())
            }
            Found::Directory { index: Some(index), .. } if self.index => self.file(index, parts).await,
            Found::Directory { .. } | Found::Nothing if self.index && is_read(&parts.method) => {
                self.page("/404.html", StatusCode::NOT_FOUND, parts).await?.ok_or_else(not_found)
            }
            Found::Directory { .. } | Found::Nothing => Err(not_found()),
        }
    }

    async fn find(&self, path: &str) -> Result<Found, Error> {
        let Some(names) = lookup::names(path) else { return Ok(Found::Nothing) };
        let (lookup, slash) = (self.lookup.clone(), path.ends_with('/') || path.is_empty());
        tokio::task::spawn_blocking(move || lookup.find(&names, slash)).await.map_err(Error::internal)
    }

    async fn file(&self, path: PathBuf, parts: &Parts) -> Result<Response, Error> {
        if !is_read(&parts.method) {
            let error = Error::of_status(StatusCode::METHOD_NOT_ALLOWED);
            return Err(error.with_header(ALLOW, HeaderValue::from_static("GET, HEAD")));
        }
        let mut headers = HeaderMap::with_capacity(8);
        let media_type = HeaderValue::try_from(media_type_of(&path)).map_err(Error::internal)?;
        headers.insert(CONTENT_TYPE, media_type);
        headers.insert(CACHE_CONTROL, self.cache_control.clone());
        if self.precompressed {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
            for (encoding, extension) in [("br", "br"), ("gzip", "gz")] {
                if !prefers(&parts.headers, encoding) {
                    continue;
                }
                let mut other = path.clone().into_os_string();
                other.push(format!(".{extension}"));
                if let Some(opened) = self.open(PathBuf::from(other)).await? {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
                    return serve(opened, &parts.method, &parts.headers, headers);
                }
            }
        }
        match self.open(path).await? {
            Some(opened) => serve(opened, &parts.method, &parts.headers, headers),
            None => Err(not_found()),
        }
    }

    /// A page of the directory itself, under a status; `None` when there is none
    async fn page(&self, path: &str, status: StatusCode, parts: &Parts) -> Result<Option<Response>, Error> {
        let Found::File(file) = self.find(path).await? else { return Ok(None) };
        let Some(opened) = self.open(file.clone()).await? else { return Ok(None) };
        let mut headers = HeaderMap::with_capacity(8);
        let media_type = HeaderValue::try_from(media_type_of(&file)).map_err(Error::internal)?;
        headers.insert(CONTENT_TYPE, media_type);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        // Its own conditions and ranges are for what was asked for, and that is not this page.
        let none = HeaderMap::new();
        let conditions = if status == StatusCode::OK { &parts.headers } else { &none };
        let mut response = serve(opened, &parts.method, conditions, headers)?;
        if response.status() == StatusCode::OK {
            *response.status_mut() = status;
        }
        Ok(Some(response))
    }

    async fn open(&self, path: PathBuf) -> Result<Option<Opened>, Error> {
        let lookup = self.lookup.clone();
        let opened = tokio::task::spawn_blocking(move || lookup.open(&path)).await.map_err(Error::internal)?;
        opened.map_err(Error::internal)
    }
}

impl<P: AsRef<Path>> From<P> for StaticFiles {
    fn from(directory: P) -> Self {
        Self::new(directory.as_ref())
    }
}

fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn not_found() -> Error {
    Error::of_status(StatusCode::NOT_FOUND)
}

/// 307 to the same path with a slash, as a relative reference, which cannot lead to another host
fn redirect_to_directory(path: &str) -> Result<Response, Error> {
    let last = path.rsplit('/').next().unwrap_or_default();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let location = HeaderValue::try_from(format!("./{last}/")).map_err(Error::internal)?;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// What answers below a mount, shared by all requests
pub(crate) enum Files {
    Static(StaticFiles),
    Frontend(Frontend),
}

impl Files {
    pub(crate) async fn respond(&self, parts: &Parts, prefix: usize) -> Result<Response, Error> {
        match self {
            Self::Static(files) => files.respond(parts, prefix).await,
            Self::Frontend(frontend) => frontend.respond(parts, prefix).await,
        }
    }

    pub(crate) fn problem(&self) -> Option<String> {
        match self {
            Self::Static(files) => files.problem(),
            Self::Frontend(frontend) => frontend.problem(),
        }
    }

    /// The name for `url_for`
    pub(crate) fn route_name(&self) -> Option<&str> {
        match self {
            Self::Static(files) => Some(files.route_name()),
            Self::Frontend(_) => None,
        }
    }

    /// Whether operations on the same paths are meant to win
    pub(crate) fn yields(&self) -> bool {
        matches!(self, Self::Frontend(_))
    }
}

/// Shared by the table and the requests
pub(crate) type SharedFiles = Arc<Files>;
