//! A path parameter that takes the rest of the path.

use fastrail::prelude::*;

#[get("/files/{file_path:path}")]
async fn read_file(file_path: String) -> Value {
    json!({ "file_path": file_path })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_file])
}
