//! Parameters: where arguments come from.

use fastrail::prelude::*;

// ANCHOR: sources
#[get("/items/{item_id}")]
async fn read_item(
    /// Comments on arguments are descriptions
    item_id: i64, // named in the path: a path parameter
    q: Option<String>,                  // a scalar: a query parameter, here an optional one
    #[query(default = 10)] limit: u32,  // with a default
    #[query] tag: Vec<String>,          // every `tag=` of the query
    #[header] x_tenant: Option<String>, // header `x-tenant`
    #[cookie] session: Option<String>,  // cookie `session`
    #[query(alias = "sort-by")] sort: Option<Sort>,
) -> Seen {
    Seen { item_id, q, limit, tag, x_tenant, session, sort }
}

/// A closed set; as a parameter it is one of these words
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Schema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    CreatedAt,
    Name,
}
// ANCHOR_END: sources

#[derive(Serialize, Schema)]
pub struct Seen {
    item_id: i64,
    q: Option<String>,
    limit: u32,
    tag: Vec<String>,
    x_tenant: Option<String>,
    session: Option<String>,
    sort: Option<Sort>,
}

// ANCHOR: group
/// A group: its fields are the parameters
#[derive(Serialize, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[schema(max_length = 50)]
    q: Option<String>,
    #[serde(default)]
    offset: u32,
    #[serde(default)]
    tags: Vec<String>,
}

#[get("/items")]
async fn list_items(#[query] filter: Filter) -> Filter {
    filter
}
// ANCHOR_END: group

// ANCHOR: bodies
#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct Item {
    name: String,
    price: f64,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct Owner {
    username: String,
}

/// Reads `{"item": {…}, "owner": {…}, "importance": 5}`
#[put("/items/{item_id}")]
async fn update_item(
    item_id: i64,
    item: Item,
    owner: Option<Owner>,                    // may be left out
    #[body(gt = 0, le = 10)] importance: u8, // a scalar is a query parameter unless it says so
) -> String {
    let owner = owner.map_or_else(|| "nobody".to_owned(), |owner| owner.username);
    format!("{item_id}: {} of {owner} ({importance})", item.name)
}

/// Reads `{"item": {…}}`, though it is the only one
#[post("/items")]
async fn create_item(#[body(embed)] item: Item) -> Item {
    item
}
// ANCHOR_END: bodies

// ANCHOR: styles
#[derive(Serialize, Deserialize, Schema)]
pub struct Price {
    min: Option<u32>,
    max: Option<u32>,
}

/// Reads `?ids=1,2,3&price[min]=10`
#[get("/search")]
async fn search(
    #[query(explode = false, default)] ids: Vec<u32>,
    #[query(style = "deepObject")] price: Option<Price>,
) -> String {
    format!("{ids:?} from {:?}", price.and_then(|price| price.min))
}
// ANCHOR_END: styles

// ANCHOR: form
#[derive(Deserialize, Schema)]
pub struct Login {
    username: String,
    password: SecretString, // never echoed, never in `Debug`
}

#[post("/login")]
async fn login(#[form] form: Login) -> String {
    let Login { username, password } = form;
    format!("{username}: {} characters", password.expose_secret().chars().count())
}
// ANCHOR_END: form

pub fn app() -> App {
    App::new("Parameters", "1.0.0").include(routes![read_item, list_items, update_item, create_item, search, login])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[fastrail::test]
    async fn each_argument_comes_from_its_source() {
        let client = TestClient::new(app()).await;
        let request = client.get("/items/3?tag=a&tag=b&sort-by=name").header("x-tenant", "acme");
        request.header("cookie", "session=abc").await.assert_json(json!({
            "item_id": 3, "q": null, "limit": 10, "tag": ["a", "b"], "x_tenant": "acme", "session": "abc", "sort": "name",
        }));
    }

    #[fastrail::test]
    async fn a_group_is_read_and_refuses_what_it_does_not_know() {
        let client = TestClient::new(app()).await;
        let response = client.get("/items?q=fork&offset=20&tags=a").await;
        response.assert_json(json!({ "q": "fork", "offset": 20, "tags": ["a"] }));
        let response = client.get("/items?qq=fork").await;
        assert_eq!(response.assert_status(422).at("/detail/0/type"), "extra_forbidden");
    }

    #[fastrail::test]
    async fn several_bodies_are_one_object() {
        let client = TestClient::new(app()).await;
        let body = json!({ "item": { "name": "Fork", "price": 2.5 }, "importance": 5 });
        client.put("/items/3").json(body).await.assert_json("3: Fork of nobody (5)");
        let body = json!({ "item": { "name": "Fork" }, "owner": { "username": "ada" } });
        let response = client.put("/items/3").json(body).await;
        response.assert_status(422);
        assert_eq!(response.at("/detail/0/loc"), json!(["body", "item", "price"]));
        assert_eq!(response.at("/detail/1/loc"), json!(["body", "importance"]));
        let item = json!({ "name": "Fork", "price": 2.5 });
        client.post("/items").json(json!({ "item": item })).await.assert_json(item);
    }

    #[fastrail::test]
    async fn lists_and_structs_have_styles() {
        let client = TestClient::new(app()).await;
        client.get("/search?ids=1,2&price[min]=10").await.assert_json("[1, 2] from Some(10)");
        client.get("/search").await.assert_json("[] from None");
        let response = client.get("/search?ids=1,x").await;
        assert_eq!(response.assert_status(422).at("/detail/0/loc"), json!(["query", "ids", 1]));
    }

    #[fastrail::test]
    async fn a_form_is_a_model_too() {
        let client = TestClient::new(app()).await;
        client
            .post("/login")
            .form([("username", "ada"), ("password", "secret")])
            .await
            .assert_json("ada: 6 characters");
        let response = client.post("/login").form([("username", "ada")]).await;
        assert_eq!(response.assert_status(422).at("/detail/0/loc"), json!(["body", "password"]));
    }
}
