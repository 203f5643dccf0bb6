//! Every error as plain text.

use fastrail::error::Segment;
use fastrail::prelude::*;

async fn answer_in_words(error: Error, _: OwnedRequestInfo) -> (StatusCode, String) {
    if !error.is_validation() {
        return (error.status(), error.to_string());
    }
    let mut message = "Validation errors:".to_owned();
    for error in error.validation_errors() {
        let place: Vec<String> = error.loc.iter().map(in_words).collect();
        message += &format!("\nField: ({}), Error: {}", place.join(", "), error.msg);
    }
    (StatusCode::BAD_REQUEST, message)
}

fn in_words(segment: &Segment) -> String {
    match segment {
        Segment::Field(name) => format!("'{name}'"),
        Segment::Index(index) => index.to_string(),
    }
}

#[get("/items/{item_id}")]
async fn read_item(item_id: i64) -> Result<Value> {
    if item_id == 3 {
        return Err(Error::new(418, "Nope! I don't like 3."));
    }
    Ok(json!({ "item_id": item_id }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").on_any_error(answer_in_words).include(routes![read_item])
}
