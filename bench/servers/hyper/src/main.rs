//! The benchmark's endpoints on hyper alone, by hand: the floor. `bench-hyper PORT [--security-headers]`.
//!
//! Follows hyper's guide for a server (`https://hyper.rs/guides/1/server/hello-world/`): `http1::Builder`,
//! `service_fn`, a task for each connection; `matchit` finds the route.

mod answer;
mod auth;
mod database;
mod items;
mod users;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use answer::Answer;
use database::Pool;

#[derive(Clone, Copy)]
enum Route {
    Plaintext,
    Json,
    Item,
    Users,
    Me,
    Row,
}

struct Server {
    routes: matchit::Router<Route>,
    pool: Pool,
    security_headers: bool,
}

#[derive(serde::Serialize)]
struct Message {
    message: &'static str,
}

impl Server {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        let (parts, body) = request.into_parts();
        let Ok(found) = self.routes.at(parts.uri.path()) else { return answer::status(StatusCode::NOT_FOUND) };
        let mut answer = match (*found.value, &parts.method) {
            (Route::Plaintext, &Method::GET) => answer::text("Hello, World!"),
            (Route::Json, &Method::GET) => answer::json(StatusCode::OK, &Message { message: "Hello, World!" }),
            (Route::Item, &Method::GET) => items::read(&parts, found.params.get("id").unwrap_or_default()),
            (Route::Users, &Method::POST) => users::create(body).await,
            (Route::Me, &Method::GET) => auth::me(&parts.headers),
            // In a box, since the future of every request is as large as its largest part.
            (Route::Row, &Method::GET) => Box::pin(self.pool.read(found.params.get("id").unwrap_or_default())).await,
            _ => answer::status(StatusCode::METHOD_NOT_ALLOWED),
        };
        if self.security_headers {
            answer::secure(&mut answer);
        }
        answer
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port: u16 = arguments.first().map_or(Ok(8000), |port| port.parse())?;
    let mut routes = matchit::Router::new();
    routes.insert("/plaintext", Route::Plaintext)?;
    routes.insert("/json", Route::Json)?;
    routes.insert("/items/{id}", Route::Item)?;
    routes.insert("/users", Route::Users)?;
    routes.insert("/me", Route::Me)?;
    routes.insert("/rows/{id}", Route::Row)?;
    let security_headers = arguments.iter().any(|argument| argument == "--security-headers");
    let server = Arc::new(Server { routes, pool: Pool::connect().await?, security_headers });
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let server = Arc::clone(&server);
                async move { Ok::<_, Infallible>(server.answer(request).await) }
            });
            // A connection that breaks off is its client's affair.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
