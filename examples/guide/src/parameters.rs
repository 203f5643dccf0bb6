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
    App::new("Parameters", "1.0.0").include(routes![read_item, list_items, login])
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
