//! An error of one's own, and how it is answered.

use fastrail::OwnedRequestInfo;
use fastrail::prelude::*;
use fastrail::response::{Response, json_response};

#[derive(ApiError)]
enum UnicornError {
    /// {name} did something
    #[api_error(status = 418, code = "unicorn")]
    Unicorn { name: String },
}

async fn answer_unicorn(error: UnicornError, _: OwnedRequestInfo) -> Response {
    let UnicornError::Unicorn { name } = error;
    let message = format!("Oops! {name} did something. There goes a rainbow...");
    json_response(StatusCode::IM_A_TEAPOT, "application/json", &json!({ "message": message }))
}

#[get("/unicorns/{name}")]
async fn read_unicorn(name: String) -> Result<Value> {
    if name == "yolo" {
        return Err(UnicornError::Unicorn { name }.into());
    }
    Ok(json!({ "unicorn_name": name }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").on_error(answer_unicorn).include(routes![read_unicorn])
}
