//! A response that is built by hand.

use fastrail::Body;
use fastrail::prelude::*;
use http::header::CONTENT_TYPE;

#[get("/legacy/")]
fn get_legacy_data() -> Result<Response> {
    let data = r#"<?xml version="1.0"?>
    <shampoo>
    <Header>
        Apply shampoo here.
    </Header>
    <Body>
        You'll have to use soap here.
    </Body>
    </shampoo>
    "#;
    Response::builder().header(CONTENT_TYPE, "application/xml").body(Body::from(data)).map_err(Error::internal)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_legacy_data])
}
