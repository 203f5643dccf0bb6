//! The document: whole, valid, and without surprises in its names.

mod additions;
mod fastapi;
mod fastapi_answers;
mod fastapi_models;
mod whole;

use fastrail::Limits;
use fastrail::openapi::{Contact, License, Server};
use fastrail::prelude::*;
use serde_json::{Value, json};

/// What a shop sells
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Item {
    /// Display name
    #[schema(min_length = 1, max_length = 80, example = "Fork")]
    name: String,
    #[schema(gt = 0)]
    price: Decimal,
    #[serde(default)]
    tags: BTreeSet<String>,
    kind: Option<Kind>,
}

/// What it is for
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Kitchen,
    Garden,
}

/// Which part of a list
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Paging {
    #[serde(default = "first")]
    #[schema(ge = 1)]
    page: u32,
    kind: Option<Kind>,
}

fn first() -> u32 {
    1
}

#[derive(ApiError)]
enum ItemError {
    /// There is no such item
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// You may not do this
    #[api_error(status = 403, code = "forbidden")]
    Forbidden,
}

/// The key of your account
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
struct ApiKey(#[allow(dead_code, reason = "only its presence counts")] SecretString);

/// The caller holds a permission
#[dependency(scopes = permission)]
async fn requires(#[parameter] permission: &'static str, _key: ApiKey) -> Result<(), ItemError> {
    if permission.is_empty() { Err(ItemError::Forbidden) } else { Ok(()) }
}

/// The tenant that is asked for
#[dependency]
async fn tenant(
    /// Whose data it is
    #[header(pattern = "^[a-z]+$")]
    x_tenant: String,
) -> Tenant {
    Tenant(x_tenant)
}

#[derive(Clone)]
struct Tenant(String);

/// List items
///
/// In the order in which they were made.
#[get("/items", tags("items"))]
async fn list_items(#[query] paging: Paging, tenant: Tenant) -> Vec<Item> {
    let _ = (paging.page, paging.kind, tenant.0);
    vec![]
}

#[post("/items", status = 201, tags("items"), requires("items:write"))]
async fn create_item(body: Item) -> ([(http::HeaderName, String); 1], Item) {
    ([(http::header::LOCATION, "/items/1".to_owned())], body)
}

/// Read an item
#[get("/items/{item_id}", tags("items"))]
async fn read_item(#[path(ge = 1)] item_id: i64, #[query(deprecated)] q: Option<String>) -> Result<Item, ItemError> {
    let _ = (item_id, q);
    Err(ItemError::NotFound)
}

#[delete("/items/{item_id}", deprecated, tags("items"))]
async fn delete_item(item_id: i64, #[cookie] session: Option<Uuid>) {
    let _ = (item_id, session);
}

/// Upload the name and the size
#[post("/upload")]
async fn upload(
    /// What to call it
    #[form]
    name: String,
    #[form(default = 1)] size: u64,
) -> PlainText {
    PlainText(format!("{name} {size}"))
}

#[get("/files/{path:path}")]
async fn file(path: String) -> Redirect {
    Redirect::to(path)
}

#[get("/secret", hidden)]
async fn hidden_one() -> u8 {
    1
}

fn shop() -> App {
    App::new("Shop", "1.2.3")
        .summary("Sells things")
        .description("All about *things*.")
        .terms_of_service("https://shop.example/terms")
        .contact(Contact { name: Some("Us".into()), url: None, email: Some("us@shop.example".into()) })
        .license(License { name: "MIT".into(), identifier: Some("MIT".into()), url: None })
        .server(Server::new("https://api.shop.example").description("Production"))
        .tag("items", "What is sold")
        .include(Router::new("/api/v1").include(routes![list_items, create_item, read_item, delete_item]))
        .include(routes![upload, file, hidden_one])
}

/// The document, checked against the OpenAPI 3.1 schema and each of its schemas against JSON Schema's own
fn document(app: App) -> Value {
    let document = app.build().expect("it builds").openapi().clone();
    let meta: Value = serde_json::from_str(include_str!("openapi-3.1.schema.json")).expect("the OAI's schema");
    let validator = jsonschema::draft202012::new(&meta).expect("a schema");
    let complaints: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(complaints.is_empty(), "{complaints:#?}\n{document:#}");
    check_schemas(&document, "");
    check_references(&document, &document);
    check_operations(&document);
    document
}

fn check_schemas(value: &Value, place: &str) {
    let Value::Object(object) = value else {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            check_schemas(item, &format!("{place}/{index}"));
        }
        return;
    };
    for (key, inner) in object {
        let place = format!("{place}/{key}");
        if key == "schema" || place.starts_with("/components/schemas/") {
            assert!(jsonschema::meta::is_valid(inner), "{place}: {inner:#}");
        } else {
            check_schemas(inner, &place);
        }
    }
}

fn check_references(value: &Value, document: &Value) {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                let target = document.pointer(reference.trim_start_matches('#'));
                assert!(target.is_some_and(Value::is_object), "{reference} leads nowhere");
            }
            object.values().for_each(|inner| check_references(inner, document));
        }
        Value::Array(items) => items.iter().for_each(|inner| check_references(inner, document)),
        _ => {}
    }
}

/// What the schema of OpenAPI does not check: ids are unique, and paths and their parameters name the same
fn check_operations(document: &Value) {
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().expect("an id");
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let mut names = BTreeSet::new();
            for parameter in &parameters {
                let key = (parameter["in"].to_string(), parameter["name"].to_string());
                assert!(names.insert(key), "{method} {path} has {parameter} twice");
                let in_path = path.contains(&format!("{{{}}}", parameter["name"].as_str().expect("a name")));
                assert_eq!(parameter["in"] == "path", in_path, "{method} {path}: {parameter}");
            }
            let read = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
            assert_eq!(read, path.matches('{').count(), "{method} {path}");
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "no setting of an app: it rewrites the snapshots")]
fn hold_against_snapshot(name: &str, document: &Value) {
    let path = format!("{}/tests/it/openapi/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = format!("{document:#}\n");
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so by the environment")]
    let is_update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    if is_update {
        std::fs::write(&path, &text).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{path} differs; UPDATE_SNAPSHOTS=1 rewrites it\n{text}");
}

#[fastrail::test]
async fn the_whole_document_is_as_it_was() {
    hold_against_snapshot("shop", &document(shop()));
}

#[fastrail::test]
async fn the_whole_document_with_problem_details_is_as_it_was() {
    hold_against_snapshot("shop-problem-details", &document(shop().errors(ProblemDetails::new())));
}

#[fastrail::test]
async fn hidden_operations_answer_and_leave_nothing_in_the_document() {
    /// Only a hidden operation takes it
    #[derive(Deserialize, Schema)]
    struct Secret {
        #[allow(dead_code, reason = "only its schema counts")]
        code: u8,
    }
    #[post("/very-secret", hidden)]
    async fn very_secret(body: Secret) -> u8 {
        body.code
    }
    let app = App::new("T", "1").include(routes![hidden_one, very_secret]);
    let client = TestClient::new(app).await;
    client.get("/secret").await.assert_status(200);
    client.post("/very-secret").json(json!({ "code": 3 })).await.assert_status(200).assert_json(3);
    assert_eq!(client.openapi()["paths"], json!({}));
    assert_eq!(client.openapi().get("components"), None);
}

mod first_module {
    use fastrail::prelude::*;

    /// Whether it is on
    #[derive(Clone, Copy, Debug, Serialize, Deserialize, Schema)]
    pub(super) enum Status {
        On,
        Off,
    }

    #[derive(Debug, Serialize, Deserialize, Schema)]
    pub(super) struct Thing {
        pub(super) status: Status,
    }
}

mod second_module {
    use fastrail::prelude::*;

    /// How far it is
    #[derive(Clone, Copy, Debug, Serialize, Deserialize, Schema)]
    pub(super) enum Status {
        Begun,
        Done,
    }

    #[derive(Debug, Serialize, Deserialize, Schema)]
    pub(super) struct Thing {
        pub(super) status: Status,
    }

    #[derive(Debug, Serialize, Deserialize, Schema)]
    pub(super) struct Filter {
        pub(super) status: Option<Status>,
    }
}

/// A model with the name of an error's body
#[derive(Debug, Serialize, Deserialize, Schema)]
struct Problem {
    mine: u8,
}

/// And another one
#[derive(Debug, Serialize, Deserialize, Schema)]
struct ValidationError {
    mine: u8,
}

#[post("/first")]
async fn first_thing(body: first_module::Thing) -> first_module::Thing {
    body
}

#[get("/second")]
async fn second_thing(#[query] filter: second_module::Filter) -> second_module::Thing {
    second_module::Thing { status: filter.status.unwrap_or(second_module::Status::Done) }
}

#[post("/problem")]
async fn problem(body: Problem) -> ValidationError {
    ValidationError { mine: body.mine }
}

#[post("/problem-again")]
async fn problem_again(body: ValidationError) -> Problem {
    Problem { mine: body.mine }
}

#[fastrail::test]
async fn components_of_one_name_are_told_apart() {
    for (app, own) in
        [(App::new("T", "1"), "ValidationError"), (App::new("T", "1").errors(ProblemDetails::new()), "Problem")]
    {
        for routes in [
            routes![first_thing, second_thing, problem, problem_again],
            routes![problem_again, problem, second_thing, first_thing],
        ] {
            let app = app_like(&app).include(routes);
            let app = if own == "Problem" { app.errors(ProblemDetails::new()) } else { app };
            let document = document(app);
            let follow = |schema: &Value| -> Value {
                let reference = schema["$ref"].as_str().expect("a reference");
                document.pointer(reference.trim_start_matches('#')).expect("a component").clone()
            };
            let first =
                follow(&document["paths"]["/first"]["post"]["requestBody"]["content"]["application/json"]["schema"]);
            assert_eq!(follow(&first["properties"]["status"])["enum"], json!(["On", "Off"]), "{document:#}");
            let second =
                &document["paths"]["/second"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
            assert_eq!(
                follow(&follow(second)["properties"]["status"])["enum"],
                json!(["Begun", "Done"]),
                "{document:#}"
            );
            let filter = &document["paths"]["/second"]["get"]["parameters"][0]["schema"]["anyOf"][0];
            assert_eq!(follow(filter)["enum"], json!(["Begun", "Done"]), "{document:#}");
            let body = &document["paths"]["/problem"]["post"]["requestBody"]["content"]["application/json"]["schema"];
            assert!(follow(body)["properties"].get("mine").is_some(), "{document:#}");
            let reply =
                &document["paths"]["/problem"]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
            assert!(follow(reply)["properties"].get("mine").is_some(), "{document:#}");
            let content = document["paths"]["/problem"]["post"]["responses"]["422"]["content"]
                .as_object()
                .expect("content")
                .clone();
            let schema = content.values().next().expect("a media type")["schema"].clone();
            let shape = follow(&schema);
            if own == "Problem" {
                assert!(shape["properties"].get("request_id").is_some(), "{document:#}");
            } else {
                assert!(
                    follow(&shape["properties"]["detail"]["items"])["properties"].get("loc").is_some(),
                    "{document:#}"
                );
            }
        }
    }
}

/// An app of the same title
fn app_like(_: &App) -> App {
    App::new("T", "1").limits(Limits::default())
}

#[get("/x/{a}")]
#[get("/y/{a}")]
async fn twin(a: u8) -> u8 {
    a
}

#[get("/z")]
async fn twin_2() -> u8 {
    2
}

#[fastrail::test]
async fn operation_ids_are_unique_also_when_a_fn_is_called_like_a_counted_one() {
    for routes in [routes![twin, twin_2], routes![twin_2, twin]] {
        document(App::new("T", "1").include(routes));
    }
}

#[post("/body-and-form")]
async fn body_and_form(_first: Item, #[form] name: String) {
    let _ = name;
}

#[fastrail::test]
async fn json_beside_a_form_is_refused_when_the_app_is_built() {
    let found = crate::support::problems(App::new("T", "1").include(routes![body_and_form]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`body_and_form` at ") && found[0].contains("`name`"), "{found:?}");
}
