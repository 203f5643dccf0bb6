//! Compressed answers.

use fastrail::prelude::*;

#[get("/")]
async fn main() -> Value {
    "somebigcontent".into()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![main]).middleware(Compression::new())
}
