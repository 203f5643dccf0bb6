//! What the app calls itself: one client with limits for everything that may go wrong on the way.
//!
//! ```
//! use fastrail::prelude::*;
//! use fastrail::http_client::HttpClientError;
//!
//! #[derive(Serialize, Deserialize, Schema)]
//! struct Rate {
//!     cents: u64,
//! }
//!
//! #[get("/rates/{currency}")]
//! async fn read_rate(currency: String, http: HttpClient) -> Result<Rate, HttpClientError> {
//!     http.get("https://rates.example/v1").query("currency", &currency).json().await
//! }
//!
//! let app = App::new("Shop", "1.0.0").include(routes![read_rate]);
//! ```
//!
//! It needs no set-up; [`App::http_client`](crate::App::http_client) sets another one. What it does of itself:
//!
//! - **Time**: a call ends within 10 s with all its tries and its body, connecting within 2 s.
//! - **Retries**: calls of methods that may be repeated (RFC 9110 §9.2.2) are tried three times when nothing answers or the
//!   answer is 429, 502, 503 or 504; after the pause that `Retry-After` names, or one by chance up to 100, 200, 400 ms, …
//!   (full jitter), as long as the call's time lasts.
//! - **A circuit for each host**: after five failures in a row, calls fail at once for 10 s; then one is let through, and
//!   its outcome decides. A dead neighbour costs no time.
//! - **Ids**: `x-request-id` and `traceparent` of the request go along ([`outgoing_headers`]).
//! - **Only public addresses**: private networks, this computer, link-local and shared addresses and the metadata services
//!   of clouds are refused, unless [allowed](HttpClient::allow). What a name stands for is looked up once, checked, and
//!   connected to, so no second look-up can lead elsewhere; each redirect is checked in the same way. Variables such as
//!   `HTTP_PROXY` are ignored, since a proxy would look names up itself.
//! - **Redirects**: five at most, never from HTTPS to HTTP; to another origin without the headers that were set for the
//!   first one.
//! - **Size**: an answer's body has at most 10 MiB. Nothing is decompressed.
//!
//! Answers are no errors until they are read as a success: [`HttpResponse::success`], and [`HttpRequest::json`] and
//! [`HttpRequest::text`], which imply it. An error that leaves an operation is 502, 503 or 504 ([`HttpClientError`]).
//!
//! [`outgoing_headers`]: crate::observability::outgoing_headers

mod circuit;
mod error;
mod guard;
mod redirect;
mod request;
mod response;
mod retry;

pub use error::HttpClientError;
pub use request::HttpRequest;
pub use response::HttpResponse;

/// The client underneath, for [`HttpClient::configure`]
pub use ::reqwest as driver;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Method;

use circuit::Circuits;
use guard::{Guard, Resolver};

use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::RequestContext;
use crate::settings::ByteSize;

/// Calls other servers; an argument of operations, dependencies and listeners, and cheap to clone
///
/// See [the module](crate::http_client). All clones share connections and circuits; what a setter returns has its own.
#[derive(Clone)]
#[must_use]
pub struct HttpClient(Arc<Inner>);

struct Inner {
    settings: Settings,
    /// Made with the first call
    driver: OnceLock<Result<reqwest::Client, String>>,
    circuits: Arc<Circuits>,
}

#[derive(Clone)]
struct Settings {
    timeout: Duration,
    connect_timeout: Duration,
    tries: u32,
    redirects: u32,
    max_body: ByteSize,
    user_agent: String,
    failures: u32,
    pause: Duration,
    guard: Guard,
    configure: Option<fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder>,
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClient {
    /// One with the limits that [the module](crate::http_client) names
    pub fn new() -> Self {
        Self::of(Settings {
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(2),
            tries: 3,
            redirects: 5,
            max_body: ByteSize::new(10 << 20),
            user_agent: concat!("fastrail/", env!("CARGO_PKG_VERSION")).to_owned(),
            failures: 5,
            pause: Duration::from_secs(10),
            guard: Guard::default(),
            configure: None,
        })
    }

    fn of(settings: Settings) -> Self {
        let circuits = Arc::new(Circuits::new(settings.failures, settings.pause));
        Self(Arc::new(Inner { settings, driver: OnceLock::new(), circuits }))
    }

    fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.0.settings.clone();
        change(&mut settings);
        Self::of(settings)
    }

    /// How long a call may take, with all its tries, redirects and its body; at most a day. Default: 10 s
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeout = timeout)
    }

    /// How long connecting may take, with TLS. Default: 2 s
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.connect_timeout = timeout)
    }

    /// How often a call that may be repeated is tried in all; 1: once. Default: 3
    pub fn tries(self, tries: u32) -> Self {
        self.with(|settings| settings.tries = tries.max(1))
    }

    /// How many redirects are followed; 0: they are the answer. Default: 5
    pub fn redirects(self, redirects: u32) -> Self {
        self.with(|settings| settings.redirects = redirects)
    }

    /// How large an answer's body may be. Default: 10 MiB
    pub fn max_body(self, size: ByteSize) -> Self {
        self.with(|settings| settings.max_body = size)
    }

    /// What `User-Agent` says. Default: `fastrail/VERSION`
    pub fn user_agent(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.user_agent = name.into())
    }

    /// After how many failures in a row a host is left alone, and for how long, at most a day. Default: 5 and 10 s
    ///
    /// A failure is no answer, a late one, 500, 502, 503 or 504.
    pub fn circuit(self, failures: u32, pause: Duration) -> Self {
        self.with(|settings| {
            settings.failures = failures.max(1);
            settings.pause = pause.min(Duration::from_secs(24 * 60 * 60));
        })
    }

    /// Lets calls reach these, though they are not public: addresses (`10.0.0.7`), networks (`10.1.0.0/16`, `fd00::/8`) and
    /// names of hosts (`prices.internal`), which may then stand for any address
    ///
    /// ```
    /// use fastrail::http_client::HttpClient;
    ///
    /// assert!(HttpClient::new().allow(["10.1.0.0/16", "prices.internal"]).is_ok());
    /// assert!(HttpClient::new().allow(["10.1.0.1/16"]).is_err());
    /// ```
    ///
    /// # Errors
    /// A sentence that names what is none of these, or a network with bits beyond its mask.
    pub fn allow<'a>(self, places: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut guard = self.0.settings.guard.clone();
        guard.allow(places)?;
        Ok(self.with(|settings| settings.guard = guard))
    }

    /// Sets what has no method here on the client underneath: an authority of one's own, an identity
    ///
    /// Our own settings come after it. A proxy that it sets looks names up itself, which nothing here can check.
    pub fn configure(self, configure: fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> Self {
        self.with(|settings| settings.configure = Some(configure))
    }

    /// A call by `GET`
    pub fn get(&self, url: impl AsRef<str>) -> HttpRequest {
        self.request(Method::GET, url)
    }

    /// A call by `HEAD`
    pub fn head(&self, url: impl AsRef<str>) -> HttpRequest {
        self.request(Method::HEAD, url)
    }

    /// A call by `POST`, which is not repeated unless it says [`HttpRequest::idempotent`]
    pub fn post(&self, url: impl AsRef<str>) -> HttpRequest {
        self.request(Method::POST, url)
    }

    /// A call by `PUT`
    pub fn put(&self, url: impl AsRef<str>) -> HttpRequest {
        self.request(Method::PUT, url)
    }

    /// A call by `PATCH`, which is not repeated unless it says [`HttpRequest::idempotent`]
    pub fn patch(&self, url: impl AsRef<str>) -> HttpRequest {
        self.request(Method::PATCH, url)
    }

    /// A call by `DELETE`
    pub fn delete(&self, url: impl AsRef<str>) -> HttpRequest {
        self.request(Method::DELETE, url)
    }

    /// A call by any method; the URL's scheme is `https` or `http`
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> HttpRequest {
        HttpRequest::new(self.clone(), method, url.as_ref())
    }

    /// The client underneath
    fn driver(&self) -> Result<&reqwest::Client, HttpClientError> {
        let made = self.0.driver.get_or_init(|| {
            let settings = &self.0.settings;
            let builder = reqwest::Client::builder().user_agent(settings.user_agent.as_str()).no_proxy();
            let builder = match settings.configure {
                Some(configure) => configure(builder),
                None => builder,
            };
            builder
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(settings.connect_timeout)
                .dns_resolver(Arc::new(Resolver(settings.guard.clone())))
                .build()
                .map_err(|error| error::words(&error))
        });
        made.as_ref().map_err(|cause| HttpClientError::Invalid(cause.clone()))
    }
}

impl RequestPart for HttpClient {
    fn of(cx: &RequestContext) -> Self {
        cx.app.http_client.get_or_init(Self::new).clone()
    }
}

impl Argument for HttpClient {
    type Kind = RequestPartKind;
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("timeout", &self.0.settings.timeout).finish_non_exhaustive()
    }
}
