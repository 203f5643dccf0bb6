//! Swagger UI in other colours.

use fastrail::prelude::*;

#[get("/users/{username}")]
async fn read_user(username: String) -> Value {
    json!({ "message": format!("Hello {username}") })
}

pub(crate) fn app() -> App {
    let app = App::new("FastAPI", "0.1.0").include(routes![read_user]);
    app.swagger_ui(|page| page.parameter("syntaxHighlight", json!({ "theme": "obsidian" })))
}
