//! Looking at every error, and answering it as ever.

use fastrail::prelude::*;
use fastrail::{ErrorFormat, FastApiErrors};

async fn look_at_it(error: Error, request: OwnedRequestInfo) -> Response {
    if error.is_validation() {
        println!("OMG! The client sent invalid data!: {error}");
    } else {
        println!("OMG! An HTTP error!: {error}");
    }
    FastApiErrors.render(&error, &request.as_ref())
}

#[get("/items/{item_id}")]
async fn read_item(item_id: i64) -> Result<Value> {
    if item_id == 3 {
        return Err(Error::new(418, "Nope! I don't like 3."));
    }
    Ok(json!({ "item_id": item_id }))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").on_any_error(look_at_it).include(routes![read_item])
}
