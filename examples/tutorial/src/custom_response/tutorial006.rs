//! A redirect.

use fastrail::prelude::*;

#[get("/typer")]
async fn redirect_typer() -> Redirect {
    Redirect::to("https://typer.tiangolo.com")
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![redirect_typer])
}
