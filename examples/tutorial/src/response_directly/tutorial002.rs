//! Text of a media type of one's own.

use fastrail::prelude::*;
use fastrail::response::{Content, MediaType};

struct Xml;

impl MediaType for Xml {
    const NAME: &'static str = "application/xml";
}

#[get("/legacy/")]
fn get_legacy_data() -> Content<Xml> {
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
    Content::new(data)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_legacy_data])
}
