//! An identity provider of the test's own: a discovery document, keys, tokens, and whatever harm it may do.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use fastrail::security::jwt::{Algorithm, Jwk, KeyPair, sign};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::start;

pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
pub(crate) const KEYS: &str = "/keys";

/// What is answered at a place: a whole response, or nothing for ever.
#[derive(Clone)]
pub(crate) enum Page {
    Json(String),
    Raw(String),
    Silence,
}

pub(crate) struct TestProvider {
    pub(crate) issuer: String,
    pub(crate) key: KeyPair,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
    asked: Arc<AtomicUsize>,
}

impl TestProvider {
    /// A provider on a free port, with one key called `one`.
    pub(crate) async fn new(algorithm: Algorithm) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (pages, asked) = (Arc::new(Mutex::new(BTreeMap::new())), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(serve(listener, Arc::clone(&pages), Arc::clone(&asked)));
        let provider = Self { issuer, key: KeyPair::generate(algorithm).unwrap(), pages, asked };
        provider.put(DISCOVERY, Page::Json(provider.discovery().to_string()));
        provider.put(KEYS, Page::Json(json!({ "keys": [provider.jwk("one")] }).to_string()));
        provider
    }

    pub(crate) fn discovery(&self) -> Value {
        json!({ "issuer": self.issuer, "jwks_uri": format!("{}{KEYS}", self.issuer) })
    }

    pub(crate) fn jwk(&self, kid: &str) -> Value {
        serde_json::to_value(Jwk::new(kid, self.key.algorithm(), &self.key.public()).unwrap()).unwrap()
    }

    pub(crate) fn put(&self, place: &str, page: Page) {
        self.pages.lock().unwrap().insert(place.to_owned(), page);
    }

    /// How often it was asked for anything.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The claims of an access token for us.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        let now = start().timestamp();
        json!({
            "iss": self.issuer, "aud": "our-api", "sub": subject, "iat": now, "exp": now + 300,
            "email": format!("{subject}@idp.example"), "email_verified": true, "preferred_username": subject,
            "name": "Somebody There", "realm_access": { "roles": ["staff", "unmapped"] },
        })
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        sign(&self.key, "JWT", "one", claims).unwrap()
    }
}

async fn serve(listener: TcpListener, pages: Arc<Mutex<BTreeMap<String, Page>>>, asked: Arc<AtomicUsize>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let (pages, asked) = (Arc::clone(&pages), Arc::clone(&asked));
        tokio::spawn(async move {
            let mut request = Vec::new();
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                    return;
                }
            }
            asked.fetch_add(1, Ordering::SeqCst);
            let request = String::from_utf8_lossy(&request).into_owned();
            let place = request.split(' ').nth(1).unwrap_or_default();
            let page = pages.lock().unwrap().get(place).cloned();
            let response = match page {
                Some(Page::Json(body)) => format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                ),
                Some(Page::Raw(response)) => response,
                Some(Page::Silence) => return std::future::pending().await,
                None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
            };
            let _ = stream.write_all(response.as_bytes()).await;
        });
    }
}
