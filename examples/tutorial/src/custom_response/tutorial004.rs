//! HTML that another fn makes: the return type documents it.

use fastrail::prelude::*;

fn generate_html_response() -> Html<&'static str> {
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
    Html(html_content)
}

#[get("/items/")]
async fn read_items() -> Html<&'static str> {
    generate_html_response()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_items])
}
