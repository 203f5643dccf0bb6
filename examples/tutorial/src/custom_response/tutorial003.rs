//! A response that is built by hand: the document does not know what is in it.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items() -> Result<Response> {
    let html_content = r"
    <html>
        <head>
            <title>Some HTML in here</title>
        </head>
        <body>
            <h1>Look ma! HTML!</h1>
        </body>
    </html>
    ";
    Html(html_content).into_reply(StatusCode::OK)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
