//! The benchmark's endpoints on Fastrail, as its guide teaches them: `bench-fastrail PORT [--security-headers]`.
//!
//! Validation, the document and the request id are on, as by default.

mod auth;
mod items;
mod rows;
mod users;

use fastrail::prelude::*;

/// Says hello
#[get("/plaintext")]
async fn plaintext() -> PlainText<&'static str> {
    PlainText("Hello, World!")
}

#[derive(Serialize, Schema)]
struct Message {
    message: &'static str,
}

/// Says hello in JSON
#[get("/json")]
async fn json() -> Message {
    Message { message: "Hello, World!" }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = arguments.first().map_or("8000", String::as_str);
    let mut app = App::new("Bench", "1.0.0").lifespan(rows::connect).lifespan(auth::read_key).include(routes![
        plaintext,
        json,
        items::read_item,
        users::create_user,
        auth::read_me,
        rows::read_row
    ]);
    if arguments.iter().any(|argument| argument == "--security-headers") {
        app = app.middleware(SecurityHeaders::new());
    }
    fastrail::serve(app).bind(format!("127.0.0.1:{port}")).await
}
