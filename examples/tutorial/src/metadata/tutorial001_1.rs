//! The same with the licence by its SPDX identifier.

use fastrail::openapi::{Contact, License};
use fastrail::prelude::*;

const DESCRIPTION: &str = "
ChimichangApp API helps you do awesome stuff. 🚀

## Items

You can **read items**.

## Users

You will be able to:

* **Create users** (_not implemented_).
* **Read users** (_not implemented_).
";

#[get("/items/")]
async fn read_items() -> Value {
    json!([{ "name": "Katana" }])
}

pub(crate) fn app() -> App {
    App::new("ChimichangApp", "0.0.1")
        .description(DESCRIPTION)
        .summary("Deadpool's favorite app. Nuff said.")
        .terms_of_service("http://example.com/terms/")
        .contact(Contact {
            name: Some("Deadpoolio the Amazing".into()),
            url: Some("http://x-force.example.com/contact/".into()),
            email: Some("dp@x-force.example.com".into()),
        })
        .license(License { name: "Apache 2.0".into(), identifier: Some("Apache-2.0".into()), url: None })
        .include(routes![read_items])
}
