//! Work after the last request.

use fastrail::prelude::*;
use std::io::Write;

async fn lifespan(lifespan: Lifespan) -> std::io::Result<()> {
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("log.txt")?;
    lifespan.on_shutdown(async move {
        let _ = write!(log, "Application shutdown");
    });
    Ok(())
}

#[get("/items/")]
async fn read_items() -> Value {
    json!([{ "name": "Foo" }])
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").lifespan(lifespan).include(routes![read_items])
}
