//! The opening handshake (RFC 6455 §4.2): checked before anything else of the request, answered last.

use std::fmt;
use std::sync::Arc;

use axum_core::response::Response;
use http::header::{
    CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{Method, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::link::Link;
use super::pump::Pump;
use super::{Close, WebSocket, WebSocketError, WebSockets};
use crate::app::AppShared;
use crate::error::Error;
use crate::request::Body;

/// What one connection reads at a time; a buffer of this size lives as long as the connection
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// A handshake that may be accepted
pub(crate) struct Handshake {
    upgrade: OnUpgrade,
    key: String,
    offered: Vec<String>,
    response: oneshot::Sender<Response>,
    app: Arc<AppShared>,
    settings: WebSockets,
    pub(super) link: Arc<Link>,
    queues: Queues,
    socket: Option<WebSocket>,
}

/// The connection's ends of the queues
struct Queues {
    inbound: mpsc::Sender<super::Message>,
    outbound: mpsc::Receiver<tokio_tungstenite::tungstenite::Message>,
}

impl Handshake {
    /// Checks a request
    ///
    /// # Errors
    /// 426 when it is no handshake or of another version, 400 when it is a wrong one, 403 when its page has another
    /// origin.
    pub(crate) fn of(
        parts: &mut Parts,
        app: &Arc<AppShared>,
        response: oneshot::Sender<Response>,
    ) -> Result<Self, Error> {
        let upgrade = parts.extensions.remove::<OnUpgrade>();
        let headers = &parts.headers;
        let asked = names(headers, &CONNECTION, "upgrade") && names(headers, &UPGRADE, "websocket");
        let Some(upgrade) = upgrade.filter(|_| asked && parts.method == Method::GET) else {
            return Err(wanted("This path is a WebSocket: send its handshake over HTTP/1.1"));
        };
        if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            return Err(wanted("Only version 13 of the WebSocket protocol is spoken"));
        }
        let key = headers.get(SEC_WEBSOCKET_KEY).filter(|key| is_key(key)).ok_or_else(|| {
            Error::new(400, "`Sec-WebSocket-Key` must be 16 bytes in base64").with_code("websocket_key_invalid")
        })?;
        if !is_allowed(headers, &app.websockets.allowed_origins) {
            return Err(Error::new(403, "Pages of this origin may not connect").with_code("origin_not_allowed"));
        }
        let settings = app.websockets.clone();
        let (to_client, outbound) = mpsc::channel(settings.outbound_messages.max(1));
        let (inbound, from_client) = mpsc::channel(settings.inbound_messages.max(1));
        let link = Arc::new(Link::new(to_client));
        let socket = WebSocket::new(from_client, Arc::clone(&link), app.limits.validation());
        Ok(Self {
            upgrade,
            key: derive_accept_key(key.as_bytes()),
            offered: listed(headers, &SEC_WEBSOCKET_PROTOCOL).map(str::to_owned).collect(),
            response,
            app: Arc::clone(app),
            settings,
            link,
            queues: Queues { inbound, outbound },
            socket: Some(socket),
        })
    }

    pub(super) fn offered(&self) -> &[String] {
        &self.offered
    }

    pub(super) fn limit_messages(&mut self, bytes: usize) {
        self.settings.max_message_bytes = bytes;
    }

    /// The fn's end of the connection
    ///
    /// # Panics
    /// Never: it is taken once, by the one argument that a fn may have.
    pub(super) fn socket(&mut self) -> WebSocket {
        self.socket.take().expect("invariant: one argument takes the socket")
    }

    /// Whether the fn has taken its end, so that the rest follows by itself
    pub(super) fn is_taken(&self) -> bool {
        self.socket.is_none()
    }

    /// Answers 101 and starts the connection's task
    ///
    /// # Errors
    /// [`WebSocketError::Closed`] when the client has left, or a middleware has put another answer in place of this.
    pub(super) async fn accept(self, protocol: Option<&str>) -> Result<(), WebSocketError> {
        let gone = || WebSocketError::Closed(Close::broken("the client left during the handshake"));
        self.response.send(switching(&self.key, protocol)).map_err(|_| gone())?;
        let upgraded = self.upgrade.await.map_err(|_| gone())?;
        let limit = self.settings.max_message_bytes;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        let pump = Pump {
            stream,
            inbound: self.queues.inbound,
            outbound: self.queues.outbound,
            link: self.link,
            stopping: self.app.tasks.stopping(),
            settings: self.settings,
        };
        self.app.tasks.spawn_if_running(pump.run());
        Ok(())
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshake").field("offered", &self.offered).finish_non_exhaustive()
    }
}

fn switching(key: &str, protocol: Option<&str>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(key).expect("invariant: base64"));
    if let Some(protocol) = protocol.and_then(|protocol| HeaderValue::from_str(protocol).ok()) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    response
}

/// RFC 9110 §15.5.22
fn wanted(detail: &str) -> Error {
    Error::new(426, detail)
        .with_code("upgrade_required")
        .with_header(UPGRADE, HeaderValue::from_static("websocket"))
        .with_header(CONNECTION, HeaderValue::from_static("upgrade"))
        .with_header(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"))
}

/// The elements of a header that is a list
fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|element| !element.is_empty())
}

fn names(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    listed(headers, name).any(|element| element.eq_ignore_ascii_case(wanted))
}

fn is_key(key: &HeaderValue) -> bool {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(key.as_bytes()).is_ok_and(|key| key.len() == 16)
}

/// Whether the page that connects, if it is one, may: it is the app's own, or listed
fn is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if allowed.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return false,
    };
    let bare = |authority: &str| authority.strip_suffix(port).unwrap_or(authority).to_ascii_lowercase();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| bare(host) == bare(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_apps_own_origin_may_connect() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("shop.example"));
        assert!(is_allowed(&headers, &[]), "no browser");
        for (origin, expected) in [
            ("https://shop.example", true),
            ("https://SHOP.example:443", true),
            ("http://shop.example:80", true),
            ("http://shop.example:443", false),
            ("https://shop.example:8443", false),
            ("https://shop.example.evil", false),
            ("https://listed.example", true),
            ("ftp://shop.example", false),
            ("null", false),
            ("", false),
        ] {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
            assert_eq!(is_allowed(&headers, &["https://listed.example".to_owned()]), expected, "{origin}");
        }
        assert!(is_allowed(&headers, &["*".to_owned()]));
    }

    #[test]
    fn a_key_is_sixteen_bytes() {
        for (key, expected) in [("dGhlIHNhbXBsZSBub25jZQ==", true), ("c2hvcnQ=", false), ("", false), ("§", false)] {
            let key = HeaderValue::from_str(key).unwrap_or(HeaderValue::from_static("!"));
            assert_eq!(is_key(&key), expected, "{key:?}");
        }
    }
}
