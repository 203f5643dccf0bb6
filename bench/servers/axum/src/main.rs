//! The benchmark's endpoints on axum, serde and garde, by hand: `bench-axum PORT [--security-headers]`.
//!
//! Follows axum's own examples (`examples/hello-world`, `examples/validator`, `examples/jwt`,
//! `examples/sqlx-postgres` of its repository): extractors, one of its own for validated JSON, `axum::serve`.

mod account;
mod auth;
mod items;
mod rejection;
mod rows;
mod users;

use std::net::{Ipv4Addr, SocketAddr};

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::Serialize;
use tokio::net::TcpListener;

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

async fn plaintext() -> &'static str {
    "Hello, World!"
}

async fn json() -> Json<Message> {
    Json(Message { message: "Hello, World!" })
}

async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port: u16 = arguments.first().map_or(Ok(8000), |port| port.parse())?;
    let mut app = Router::new()
        .route("/plaintext", get(plaintext))
        .route("/json", get(json))
        .route("/items/{id}", get(items::read_item))
        .route("/users", post(users::create_user))
        .route("/me", get(auth::read_me))
        .route("/rows/{id}", get(rows::read_row))
        .with_state(rows::connect().await?)
        .merge(
            Router::new().route("/api/v1/users/me", get(account::read_account)).with_state(account::connect().await?),
        );
    if arguments.iter().any(|argument| argument == "--security-headers") {
        app = app.layer(from_fn(secure));
    }
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let listener = listener.tap_io(|stream| {
        // Without it an answer may wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, app).await?)
}
