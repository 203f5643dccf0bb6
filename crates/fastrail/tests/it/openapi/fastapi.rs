//! In FastAPI's style our document equals FastAPI's: the apps of `fastapi/apps.py`, once more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use fastrail::openapi::{Contact, DocumentStyle, License, Server, Tag};
use fastrail::prelude::*;
use serde_json::{Value, json};

/// Where a type of ours accepts something else than the Python one, the document says what is accepted
const LAWFUL: [&str; 3] = [
    "/email/maxLength: ours Some(Number(254)), FastAPI's None", // RFC 5321
    "/url/maxLength: ours None, FastAPI's Some(Number(2083))",  // `Url` has no limit of its own
    "/requestBody/description: ours Some(",                     // FastAPI has it in the schema only
];

/// A value of which nothing is documented, as for a Python fn without a return type
pub(super) fn nothing() -> Value {
    json!({})
}

#[track_caller]
pub(super) fn assert_equals(name: &str, fastapis: &str, app: App) {
    let ours = super::document(app.document_style(DocumentStyle::FastApi));
    let theirs: Value = serde_json::from_str(fastapis).expect("JSON");
    let mut differences = Vec::new();
    compare("", &ours, &theirs, &mut differences);
    differences.retain(|difference| !LAWFUL.iter().any(|lawful| difference.contains(lawful)));
    assert!(differences.is_empty(), "{name} differs:\n{}", differences.join("\n"));
}

fn compare(place: &str, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let place = format!("{place}/{}", key.replace('/', "~1"));
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => compare(&place, a, b, differences),
                    (a, b) => differences.push(format!("{place}: ours {a:?}, FastAPI's {b:?}")),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}/{index}"), a, b, differences);
            }
        }
        (a, b) if a == b => {}
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        (a, b) => differences.push(format!("{place}: ours {a}, FastAPI's {b}")),
    }
}

pub(super) fn app() -> App {
    App::new("FastAPI", "0.1.0")
}

#[get("/")]
async fn root() -> Value {
    nothing()
}

#[fastrail::test]
async fn first_steps() {
    assert_equals("first-steps", include_str!("fastapi/first-steps.json"), app().include(routes![root]));
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
enum ModelName {
    Alexnet,
    Resnet,
    Lenet,
}

#[get("/items/{item_id}")]
async fn read_item(
    #[path(title = "The ID of the item to get", ge = 1, le = 1000)] item_id: i64,
    q: Option<String>,
) -> Value {
    let _ = (item_id, q);
    nothing()
}

#[get("/models/{model_name}")]
async fn get_model(model_name: ModelName) -> Value {
    let _ = model_name;
    nothing()
}

#[get("/files/{file_path:path}")]
async fn read_file(file_path: String) -> Value {
    let _ = file_path;
    nothing()
}

#[fastrail::test]
async fn paths() {
    let routes = routes![read_item, get_model, read_file];
    assert_equals("paths", include_str!("fastapi/paths.json"), app().include(routes));
}

#[allow(clippy::too_many_arguments, reason = "one of each kind")]
#[get("/items/")]
async fn read_items(
    needy: String,
    #[query(default = 0)] skip: i64,
    limit: Option<i64>,
    #[query(default = false)] short: bool,
    #[query(gt = 0, lt = 10.5, default = 1.5)] size: f64,
    #[query(
        alias = "item-query",
        title = "Query string",
        description = "Query string for the items",
        min_length = 3,
        max_length = 50,
        pattern = "^fixedquery$",
        deprecated
    )]
    q: Option<String>,
    #[query(default = vec!["foo".to_owned(), "bar".to_owned()])] tags: Vec<String>,
    #[query(hidden)] hidden: Option<String>,
) -> Value {
    let _ = (needy, skip, limit, short, size, q, tags, hidden);
    nothing()
}

#[fastrail::test]
async fn queries() {
    assert_equals("queries", include_str!("fastapi/queries.json"), app().include(routes![read_items]));
}

#[get("/items/")]
async fn read_headers(
    #[header] user_agent: Option<String>,
    #[header] x_token: Option<Vec<String>>,
    #[cookie] ads_id: Option<String>,
    #[cookie(default = Uuid::nil())] session: Uuid,
) -> Value {
    let _ = (user_agent, x_token, ads_id, session);
    nothing()
}

#[fastrail::test]
async fn headers_and_cookies() {
    let routes = routes![read_headers];
    assert_equals("headers-and-cookies", include_str!("fastapi/headers-and-cookies.json"), app().include(routes));
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(deny_unknown_fields, default)]
struct FilterParams {
    #[schema(gt = 0, le = 100)]
    limit: i64,
    #[schema(ge = 0)]
    offset: i64,
    tags: Vec<String>,
}

impl Default for FilterParams {
    fn default() -> Self {
        Self { limit: 100, offset: 0, tags: Vec::new() }
    }
}

#[get("/items/")]
async fn read_filtered(#[query] filter_query: FilterParams) -> Value {
    json!(filter_query)
}

#[fastrail::test]
async fn groups() {
    assert_equals("groups", include_str!("fastapi/groups.json"), app().include(routes![read_filtered]));
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Image {
    url: url::Url,
    name: String,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    #[schema(title = "The description of the item", max_length = 300)]
    description: Option<String>,
    /// The price must be greater than zero
    #[schema(gt = 0)]
    price: f64,
    tax: Option<f64>,
    #[serde(default)]
    tags: BTreeSet<String>,
    image: Option<Image>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct User {
    username: String,
    email: Email,
    full_name: Option<String>,
}

#[post("/items/")]
async fn create_item(item: Item) -> Value {
    json!(item)
}

#[put("/items/{item_id}")]
async fn update_item(item_id: i64, item: Item, q: Option<String>) -> Value {
    let _ = (item_id, item, q);
    nothing()
}

#[post("/images/multiple/")]
async fn create_multiple_images(images: Vec<Image>) -> Value {
    let _ = images;
    nothing()
}

#[post("/index-weights/")]
async fn create_index_weights(weights: BTreeMap<String, f64>) -> Value {
    let _ = weights;
    nothing()
}

#[put("/users/")]
async fn put_user(user: Option<User>) -> Value {
    let _ = user;
    nothing()
}

#[fastrail::test]
async fn bodies() {
    let routes = routes![create_item, update_item, create_multiple_images, create_index_weights, put_user];
    assert_equals("bodies", include_str!("fastapi/bodies.json"), app().include(routes));
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Event {
    id: Uuid,
    start: DateTime<Utc>,
    day: NaiveDate,
    at: NaiveTime,
}

#[post("/events/{event_id}")]
async fn create_event(event_id: Uuid, event: Event) -> Event {
    let _ = event_id;
    event
}

#[fastrail::test]
async fn types() {
    assert_equals("types", include_str!("fastapi/types.json"), app().include(routes![create_event]));
}

#[post("/login/")]
async fn login(#[form] username: String, #[form] password: String, #[form(default = false)] remember: bool) -> Value {
    let _ = (username, password, remember);
    nothing()
}

#[fastrail::test]
async fn forms() {
    assert_equals("forms", include_str!("fastapi/forms.json"), app().include(routes![login]));
}

#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "token", scopes("me" = "Read me.", "items" = "Read items.")))]
struct OAuth2PasswordBearer(#[allow(dead_code, reason = "only its presence counts")] SecretString);

#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
struct APIKeyHeader(#[allow(dead_code, reason = "only its presence counts")] SecretString);

#[derive(Clone, SecurityScheme)]
#[security(bearer)]
struct HTTPBearer(#[allow(dead_code, reason = "only its presence counts")] SecretString);

#[derive(Clone)]
struct CurrentUser;

#[dependency]
async fn get_current_user(token: OAuth2PasswordBearer, #[header] tenant: String) -> CurrentUser {
    let _ = (token, tenant);
    CurrentUser
}

#[get("/users/me")]
async fn read_users_me(user: CurrentUser, #[query(default = false)] verbose: bool) -> Value {
    let _ = (user, verbose);
    nothing()
}

#[get("/keys")]
async fn read_keys(key: APIKeyHeader) -> Value {
    let _ = key;
    nothing()
}

#[get("/bearer")]
async fn read_bearer(credentials: HTTPBearer) -> Value {
    let _ = credentials;
    nothing()
}

#[fastrail::test]
async fn security() {
    let routes = routes![read_users_me, read_keys, read_bearer];
    assert_equals("security", include_str!("fastapi/security.json"), app().include(routes));
}

#[get(
    "/items/",
    tags("users"),
    summary = "List what there is",
    description = "All of *it*.",
    deprecated,
    extra = { "x-aperture-labs-portal": "blue" }
)]
async fn read_all() -> Value {
    nothing()
}

#[get("/custom", operation_id = "my_own_id", description = "Read it in a way of its own")]
async fn read_custom() -> Value {
    nothing()
}

#[fastrail::test]
async fn metadata() {
    let app = App::new("ChimichangApp", "0.0.1")
        .description("Does **awesome** stuff.")
        .summary("Deadpool's favorite app.")
        .terms_of_service("http://example.com/terms/")
        .contact(Contact {
            name: Some("Deadpoolio".into()),
            url: Some("http://x-force.example.com/contact/".into()),
            email: Some("dp@x-force.example.com".into()),
        })
        .license(License { name: "Apache 2.0".into(), identifier: Some("Apache-2.0".into()), url: None })
        .server(Server::new("https://stag.example.com").description("Staging environment"))
        .tag("users", "Operations with users.")
        .tags([Tag {
            name: "items".into(),
            external_docs: Some(("https://fastapi.tiangolo.com/", "Items external docs").into()),
            ..Tag::default()
        }])
        .external_docs(("https://example.com/docs", "All of it"))
        .include(
            Router::new("/api").tags(["items"]).response(418, "I'm a teapot").include(routes![read_all, read_custom]),
        );
    assert_equals("metadata", include_str!("fastapi/metadata.json"), app);
}
