//! HTML from a template.

use fastrail::StaticFiles;
use fastrail::prelude::*;
use fastrail::templates::{TemplateResponse, Templates, context};

#[get("/items/{id}")]
async fn read_item(id: String, templates: State<Templates>) -> TemplateResponse {
    templates.response("item.html", context! { id })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0")
        .static_files("/static", StaticFiles::new("static"))
        .state(Templates::new("templates"))
        .include(routes![read_item])
}
