//! A redirect with another status.

use fastrail::prelude::*;

#[get("/pydantic", status = 302)]
async fn redirect_pydantic() -> Redirect {
    Redirect::to("https://docs.pydantic.dev/")
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![redirect_pydantic])
}
