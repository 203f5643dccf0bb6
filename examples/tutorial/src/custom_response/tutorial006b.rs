//! A redirect, which the document tells of.

use fastrail::prelude::*;

#[get("/fastapi")]
async fn redirect_fastapi() -> Redirect {
    Redirect::to("https://fastapi.tiangolo.com")
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![redirect_fastapi])
}
