//! A redirect that is built by hand: the document does not know of it.

use fastrail::prelude::*;

#[get("/typer")]
async fn redirect_typer() -> Result<Response> {
    Redirect::to("https://typer.tiangolo.com").into_reply(StatusCode::TEMPORARY_REDIRECT)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![redirect_typer])
}
