//! Async validators: they run when everything fits, before other dependencies, and join one 422.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use fastrail::prelude::*;
use fastrail::schema::Issue;
use serde_json::{Value, json};

/// What is taken, and what has been asked
#[derive(Clone, Default)]
struct Register {
    taken: Arc<Mutex<Vec<String>>>,
    asked: Arc<AtomicUsize>,
    opened: Arc<AtomicUsize>,
}

impl Register {
    fn holding(names: &[&str]) -> Self {
        let register = Self::default();
        *register.taken.lock().expect("not poisoned") = names.iter().map(|name| (*name).to_owned()).collect();
        register
    }

    async fn has(&self, name: &str) -> Result<bool, RegisterError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if name == "down" {
            Err(RegisterError::Down)
        } else {
            Ok(self.taken.lock().expect("not poisoned").contains(&name.to_owned()))
        }
    }
}

#[derive(Debug, ApiError)]
enum RegisterError {
    /// The register cannot be asked
    #[api_error(status = 503, code = "register_down")]
    Down,
}

/// The part of the register that a request may see
#[derive(Clone)]
struct Names(Register);

#[dependency]
async fn names(register: State<Register>) -> Names {
    Names(register.0)
}

/// A dependency that must not run for a request that does not fit
#[derive(Clone)]
struct Opened;

#[dependency]
async fn opened(register: State<Register>) -> Opened {
    register.opened.fetch_add(1, Ordering::SeqCst);
    Opened
}

#[validator]
async fn name_is_free(name: &str, names: Names) -> Result<Result<(), Issue>, RegisterError> {
    if names.0.has(name).await? {
        return Ok(Err(Issue::new("name_taken", "This name is taken").with("name", name)));
    }
    Ok(Ok(()))
}

#[validator]
async fn fits_the_tenant(item: &Item, #[header(max_length = 8)] x_tenant: String) -> Result<(), Issue> {
    if item.tags.iter().any(|tag| tag.name.as_str() == x_tenant) {
        return Err(Issue::value_error("a tag is called as the tenant").at("tags"));
    }
    Ok(())
}

#[validator]
async fn is_even(number: &u8) -> Result<(), String> {
    if number.is_multiple_of(2) { Ok(()) } else { Err(format!("{number} is odd")) }
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[schema(validate_async = fits_the_tenant)]
struct Item {
    #[schema(trim, min_length = 2, validate_async = name_is_free)]
    name: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    parts: BTreeMap<String, Box<Item>>,
    payment: Option<Payment>,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Tag {
    name: TagName,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct TagName(#[schema(max_length = 9, validate_async = name_is_free)] String);

impl TagName {
    fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Serialize, Deserialize, Schema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Payment {
    Card {
        #[schema(validate_async = is_even)]
        number: u8,
    },
    Cash,
}

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Find {
    #[serde(alias = "q")]
    #[schema(validate_async = name_is_free)]
    x_name: String,
    #[serde(default)]
    #[schema(validate_async = not_three)]
    x_many: Vec<u8>,
}

#[validator]
async fn not_three(many: &Vec<u8>) -> Result<(), &'static str> {
    if many.len() == 3 { Err("three are none") } else { Ok(()) }
}

/// Make an item
#[post("/items", status = 201)]
async fn make(opened: Opened, item: Item, #[query(ge = 1)] count: Option<u8>) -> Item {
    let _ = (opened, count);
    item
}

#[post("/both")]
async fn both(first: Tag, second: Tag, names: Names) -> usize {
    first.name.0.len() + second.name.0.len() + names.0.asked.load(Ordering::SeqCst)
}

#[get("/find")]
async fn find(#[query] find: Find, tag: TagName) -> Value {
    json!([find, tag])
}

#[get("/deep")]
async fn deep(#[query(style = "deepObject")] find: Find, #[query(explode = false)] tags: Vec<TagName>) -> Value {
    json!([find, tags])
}

#[get("/head")]
async fn head(#[header] find: Find) -> Find {
    find
}

#[post("/form")]
async fn form(#[form] find: Find, #[form] tag: Option<TagName>) -> Value {
    json!([find, tag])
}

/// The item that a dependency reads
#[derive(Clone)]
struct Named(String);

#[dependency]
async fn named(tag: Tag) -> Named {
    Named(tag.name.0)
}

#[post("/by-dependency")]
async fn by_dependency(named: Named) -> String {
    named.0
}

async fn client(register: &Register) -> TestClient {
    let routes = routes![make, both, find, deep, head, form, by_dependency];
    TestClient::new(App::new("T", "1").include(routes).state(register.clone())).await
}

fn told(response: &fastrail::testing::TestResponse) -> Vec<(Value, Value, Value)> {
    let errors = response.assert_status(422).at("/detail");
    let told = |error: &Value| (error["loc"].clone(), error["type"].clone(), error["input"].clone());
    errors.as_array().into_iter().flatten().map(told).collect()
}

#[fastrail::test]
async fn what_fits_passes_and_the_validator_sees_what_was_sanitized() {
    let register = Register::holding(&["fork"]);
    let client = client(&register).await;
    let item = json!({ "name": " spoon ", "tags": [{ "name": "steel" }], "payment": { "kind": "card", "number": 4 } });
    let made = client.post("/items").header("x-tenant", "acme").json(&item).await;
    assert_eq!(made.assert_status(201).at("/name"), "spoon");
    assert_eq!(register.opened.load(Ordering::SeqCst), 1);
    let taken = client.post("/items").header("x-tenant", "acme").json(json!({ "name": " fork " })).await;
    taken.assert_status(422).assert_json(json!({ "detail": [{
        "type": "name_taken", "loc": ["body", "name"], "msg": "This name is taken", "input": " fork ",
        "ctx": { "name": "fork" },
    }] }));
    assert_eq!(register.opened.load(Ordering::SeqCst), 1, "a dependency does not run for what does not fit");
}

#[fastrail::test]
async fn they_run_at_every_depth_and_all_are_told() {
    let register = Register::holding(&["fork", "tin", "acme"]);
    let client = client(&register).await;
    let item = json!({
        "name": "fork",
        "tags": [{ "name": "steel" }, { "name": "tin" }],
        "parts": { "handle": { "name": "tin" }, "head": { "name": "pin" } },
        "payment": { "kind": "card", "number": 3 },
    });
    let response = client.post("/items").header("x-tenant", "pin").json(&item).await;
    let error = |place: Value, kind: &str, input: Value| (place, json!(kind), input);
    assert_eq!(
        told(&response),
        [
            error(json!(["body", "name"]), "name_taken", json!("fork")),
            error(json!(["body", "tags", 1, "name"]), "name_taken", json!("tin")),
            error(json!(["body", "parts", "name"]), "name_taken", Value::Null),
            error(json!(["body", "payment", "card", "number"]), "value_error", json!(3)),
        ]
    );
    // The check of the whole comes when its fields have fit.
    let item = json!({ "name": "spoon", "tags": [{ "name": "pin" }] });
    let response = client.post("/items").header("x-tenant", "pin").json(&item).await;
    assert_eq!(told(&response), [error(json!(["body", "tags"]), "value_error", json!([{ "name": "pin" }]))]);
}

#[fastrail::test]
async fn nobody_is_asked_while_something_does_not_fit() {
    let register = Register::holding(&["fork"]);
    let client = client(&register).await;
    let response = client.post("/items?count=0").json(json!({ "name": "f", "tags": [{ "name": "fork" }] })).await;
    let places: Vec<Value> = told(&response).into_iter().map(|(place, ..)| place).collect();
    // The validator's own header is a parameter of the operation.
    assert_eq!(places, [json!(["header", "x-tenant"]), json!(["body", "name"]), json!(["query", "count"])]);
    assert_eq!((register.asked.load(Ordering::SeqCst), register.opened.load(Ordering::SeqCst)), (0, 0));
}

#[fastrail::test]
async fn several_arguments_join_one_answer_and_a_failing_check_is_its_own() {
    let register = Register::holding(&["a", "b"]);
    let client = client(&register).await;
    let tags = |first: &str, second: &str| json!({ "first": { "name": first }, "second": { "name": second } });
    let response = client.post("/both").json(tags("a", "b")).await;
    assert_eq!(
        told(&response),
        [
            (json!(["body", "first", "name"]), json!("name_taken"), json!("a")),
            (json!(["body", "second", "name"]), json!("name_taken"), json!("b")),
        ]
    );
    client.post("/both").json(tags("c", "d")).await.assert_status(200).assert_json(6);
    let down = client.post("/both").json(tags("a", "down")).await;
    down.assert_status(503);
}

#[fastrail::test]
async fn every_source_has_them() {
    let register = Register::holding(&["fork", "tin"]);
    let client = client(&register).await;
    client.get("/find?x_name=spoon&x_many=1&tag=steel").await.assert_status(200);
    let taken = json!("name_taken");
    assert_eq!(
        told(&client.get("/find?q=fork&x_many=1&x_many=2&x_many=3&tag=tin").await),
        [
            (json!(["query", "q"]), taken.clone(), json!("fork")),
            (json!(["query", "x_many"]), json!("value_error"), json!("3")),
            (json!(["query", "tag"]), taken.clone(), json!("tin")),
        ]
    );
    assert_eq!(
        told(&client.get("/deep?find[x_name]=fork&tags=steel,tin").await),
        [
            (json!(["query", "find", "x_name"]), taken.clone(), json!("fork")),
            (json!(["query", "tags", 1]), taken.clone(), json!("tin")),
        ]
    );
    let response = client.get("/head").header("X-Name", "fork").await;
    assert_eq!(told(&response), [(json!(["header", "x_name"]), taken.clone(), json!("fork"))]);
    let response = client.post("/form").form([("x_name", "fork"), ("tag", "tin")]).await;
    let places: Vec<Value> = told(&response).into_iter().map(|(place, ..)| place).collect();
    assert_eq!(places, [json!(["body", "x_name"]), json!(["body", "tag"])]);
    client.post("/form").form([("x_name", "spoon")]).await.assert_status(200);
    let response = client.post("/by-dependency").json(json!({ "name": "tin" })).await;
    assert_eq!(told(&response), [(json!(["body", "name"]), taken, json!("tin"))]);
    client.post("/by-dependency").json(json!({ "name": "zinc" })).await.assert_status(200).assert_json("zinc");
}

/// The caller, by a key
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
struct Key(SecretString);

#[validator]
async fn belongs_to_the_caller(note: &Note, key: Key) -> Result<(), Issue> {
    if key.0.expose_secret() == note.key.expose_secret() {
        return Ok(());
    }
    Err(Issue::value_error("this is another one's key"))
}

#[derive(Deserialize, Schema)]
#[schema(validate_async = belongs_to_the_caller)]
struct Note {
    text: String,
    key: SecretString,
}

#[post("/notes")]
async fn write(note: Note) -> usize {
    note.text.len()
}

#[fastrail::test]
async fn a_validator_s_credential_is_settled_first_and_secrets_are_not_echoed() {
    let client = TestClient::new(App::new("T", "1").include(routes![write])).await;
    client.post("/notes").json(json!({ "text": 1 })).await.assert_status(401);
    let note = json!({ "text": "abc", "key": "hunter2" });
    client.post("/notes").header("x-api-key", "hunter2").json(&note).await.assert_status(200).assert_json(3);
    let response = client.post("/notes").header("x-api-key", "other").json(&note).await;
    assert_eq!(response.assert_status(422).at("/detail/0/input"), json!({ "text": "abc", "key": "**********" }));
}

#[fastrail::test]
async fn the_document_has_what_they_take_and_answer() {
    let register = Register::default();
    let client = client(&register).await;
    let operation = &client.openapi()["paths"]["/items"]["post"];
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let header = parameters.find(|parameter| parameter["name"] == "x-tenant").expect("the validator takes it");
    assert_eq!((&header["in"], &header["schema"]["maxLength"]), (&json!("header"), &json!(8)));
    assert!(operation["responses"].get("503").is_some(), "{operation:#}");
    assert!(client.openapi()["paths"]["/head"]["get"]["responses"].get("503").is_some());
    let client = TestClient::new(App::new("T", "1").include(routes![write])).await;
    assert!(client.openapi()["paths"]["/notes"]["post"].get("security").is_some());
}

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Circle(#[schema(validate_async = round)] String);

#[validator]
async fn round(text: &str, #[query] other: Circle) -> Result<(), Issue> {
    if text == other.0 { Ok(()) } else { Err(Issue::value_error("not round")) }
}

#[post("/circle")]
async fn circle(circle: Vec<Circle>) -> usize {
    circle.len()
}

#[test]
fn one_that_takes_what_it_checks_does_not_build() {
    let error = App::new("T", "1").include(routes![circle]).build().expect_err("it would never end");
    assert!(error.to_string().contains("`circle` at ") && error.to_string().contains("check itself"), "{error}");
}

#[fastrail::test]
async fn one_can_be_called_as_the_fn_that_it_is() {
    let names = Names(Register::holding(&["fork"]));
    assert_eq!(name_is_free("spoon", names.clone()).await.expect("the register is up"), Ok(()));
    assert!(matches!(name_is_free("down", names).await, Err(RegisterError::Down)));
}
