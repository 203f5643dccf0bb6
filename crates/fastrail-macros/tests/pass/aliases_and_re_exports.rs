//! Aliases, re-exports, modules, private types, raw identifiers, items inside fn bodies.

use fastrail::prelude::*;

type Id = i64;
type Maybe<T> = Option<T>;
type ItemResult<T> = std::result::Result<T, fastrail::Error>;

mod items {
    use fastrail::prelude::*;

    /// Private to this module, in the signature of a public operation of it
    #[derive(Serialize, Schema)]
    pub(super) struct Item {
        pub(super) id: super::Id,
    }

    #[get("/items/{id}")]
    pub(super) async fn read(id: super::Id, q: super::Maybe<String>) -> super::ItemResult<Item> {
        let _ = q;
        Ok(Item { id })
    }

    pub mod deeper {
        use fastrail::prelude::*;

        #[get("/deeper")]
        pub fn deeper() -> String {
            String::new()
        }
    }
}

use items::deeper::deeper;
use items::deeper::deeper as renamed;
pub use items::deeper as exported;

pub struct PublicUser {
    pub name: String,
}

impl Clone for PublicUser {
    fn clone(&self) -> Self {
        Self { name: self.name.clone() }
    }
}

struct PrivateInput;

#[derive(Clone)]
struct Inner;

#[dependency]
fn inner() -> Inner {
    let _ = PrivateInput;
    Inner
}

// Private, although its type is not.
#[dependency]
async fn user(_inner: Inner, #[header] r#type: Option<String>) -> PublicUser {
    PublicUser { name: r#type.unwrap_or_default() }
}

#[get("/users/{type}")]
#[allow(non_snake_case)]
async fn r#match(r#type: String, #[query] r#fn: Maybe<bool>, user: PublicUser) -> String {
    let _ = r#fn;
    format!("{} {}", r#type, user.name)
}

#[dependency]
async fn r#use(#[parameter] r#type: &'static str) -> Result<()> {
    let _ = r#type;
    Ok(())
}

#[get("/used", r#use("x"))]
#[must_use]
#[doc = "Documented by an attribute"]
async fn used() -> String {
    String::new()
}

mod shadowing {
    //! Names of the prelude may mean something else where an operation is.
    #![allow(dead_code)]

    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Option;
    struct Result;
    struct Vec;
    struct Box;
    struct String;
    mod std {}
    mod core {}

    #[fastrail::get("/shadowed/{id}")]
    pub(super) async fn shadowed(id: u8, #[query(ge = 1, default = 3)] limit: u32) -> u32 {
        u32::from(id) + limit
    }
}

fn main() {
    #[get("/inside")]
    async fn inside(#[query(default)] n: u8) -> u8 {
        n
    }
    let inside_routes = routes![inside];
    let app = App::new("T", "1")
        .include(routes![items::read, deeper, r#match, used, shadowing::shadowed])
        .include(Router::new("/renamed").include(routes![renamed]))
        .include(Router::new("/exported").include(routes![exported::deeper]))
        .include(inside_routes);
    app.build().expect("it builds");
    assert_eq!(deeper(), "");
}
