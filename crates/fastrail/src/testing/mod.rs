//! The test client: in process, with cookies and overrides, and every answer held against the app's own document.
//!
//! ```
//! use fastrail::prelude::*;
//!
//! /// Greets
//! #[get("/hello/{name}")]
//! async fn hello(name: String) -> String {
//!     format!("Hello {name}")
//! }
//!
//! # fastrail::testing::block_on(async {
//! let client = TestClient::new(App::new("Hello", "1.0.0").include(routes![hello])).await;
//! client.get("/hello/you").await.assert_status(200).assert_json("Hello you");
//! # });
//! ```

mod client;
mod contract;
mod multipart;
mod request;
mod response;
mod websocket;

pub use client::TestClient;
pub use multipart::Multipart;
pub use request::TestRequest;
pub use response::TestResponse;
pub use websocket::{TestHandshake, TestWebSocket};

use std::future::Future;

/// Runs a future on a runtime of its own; `#[fastrail::test]` calls it
///
/// # Panics
/// When the system gives no runtime, and with the test.
pub fn block_on<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives a test two threads")
        .block_on(test)
}
