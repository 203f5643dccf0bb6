//! HTML.

use fastrail::prelude::*;

#[get("/items/")]
async fn read_items() -> Html<&'static str> {
    Html(
        r"
    <html>
        <head>
            <title>Some HTML in here</title>
        </head>
        <body>
            <h1>Look ma! HTML!</h1>
        </body>
    </html>
    ",
    )
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
