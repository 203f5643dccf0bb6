//! What is said of the document as a whole: webhooks, security, servers, edits, and whether there is one.

use fastrail::openapi::{ExternalDocs, Server, ServerVariable, Tag, name_path_method};
use fastrail::prelude::*;
use serde_json::{Value, json};

use super::document;

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Subscription {
    username: String,
}

/// Somebody has subscribed
///
/// Answer within a second.
#[post("new-subscription", tags("news"))]
async fn new_subscription(body: Subscription);

#[get("/")]
async fn root() -> u8 {
    1
}

#[fastrail::test]
async fn webhooks_are_documented_and_never_served() {
    let app = || App::new("T", "1").include(routes![root]).webhooks(routes![new_subscription]);
    let document = document(app());
    let webhook = &document["webhooks"]["new-subscription"]["post"];
    assert_eq!(webhook["summary"], "Somebody has subscribed");
    assert_eq!(webhook["description"], "Answer within a second.");
    assert_eq!(webhook["operationId"], "new_subscription");
    let schema = &webhook["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(schema["$ref"], "#/components/schemas/Subscription");
    assert_eq!(document["paths"].as_object().map(|paths| paths.len()), Some(1));
    let client = TestClient::new(app()).await;
    client.post("/new-subscription").json(json!({ "username": "me" })).await.assert_status(404);
}

/// The token of a session
#[derive(Clone, SecurityScheme)]
#[security(bearer)]
struct Token(#[allow(dead_code, reason = "only its presence counts")] SecretString);

/// The key of an account
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
struct Key(#[allow(dead_code, reason = "only its presence counts")] SecretString);

#[derive(ApiError)]
enum CallerError {
    /// Say who you are
    #[api_error(status = 401, code = "who")]
    Unknown,
}

#[derive(Clone)]
struct Caller;

#[dependency]
async fn caller(token: Option<Token>, key: Option<Key>) -> Result<Caller, CallerError> {
    if token.is_some() || key.is_some() { Ok(Caller) } else { Err(CallerError::Unknown) }
}

#[get("/both")]
async fn both(token: Token, key: Key) -> u8 {
    let _ = (token, key);
    1
}

#[get("/either")]
async fn either(caller: Caller) -> u8 {
    let _ = caller;
    1
}

#[get("/maybe")]
async fn maybe(token: Option<Token>) -> bool {
    token.is_some()
}

#[get("/more")]
async fn more(token: Token, key: Option<Key>) -> bool {
    let _ = token;
    key.is_some()
}

#[fastrail::test]
async fn credentials_that_are_needed_together_are_one_requirement_and_alternatives_are_several() {
    let client = TestClient::new(App::new("T", "1").include(routes![both, either, maybe, more])).await;
    let security = |path: &str| client.openapi()["paths"][path]["get"]["security"].clone();
    assert_eq!(security("/both"), json!([{ "Token": [], "Key": [] }]));
    assert_eq!(security("/either"), json!([{ "Token": [] }, { "Key": [] }]));
    assert_eq!(security("/maybe"), json!([{ "Token": [] }, {}]));
    assert_eq!(security("/more"), json!([{ "Token": [], "Key": [] }, { "Token": [] }]));
    let with_token = || [("authorization", "Bearer t")];
    client.get("/both").header("x-api-key", "k").await.assert_status(401);
    client.get("/both").header("x-api-key", "k").header("authorization", "Bearer t").await.assert_status(200);
    for (path, headers, status) in [
        ("/either", vec![], 401),
        ("/either", vec![("x-api-key", "k")], 200),
        ("/either", with_token().to_vec(), 200),
        ("/maybe", vec![], 200),
        ("/more", with_token().to_vec(), 200),
        ("/more", vec![("x-api-key", "k")], 401),
    ] {
        let request = headers.iter().fold(client.get(path), |request, (name, value)| request.header(name, value));
        request.await.assert_status(status);
    }
}

#[fastrail::test]
async fn a_gateways_credential_is_documented_for_the_whole_app() {
    let document = document(App::new("T", "1").security::<Key>().security::<Token>().include(routes![root, maybe]));
    assert_eq!(document["security"], json!([{ "Key": [] }, { "Token": [] }]));
    assert_eq!(document["components"]["securitySchemes"]["Key"]["name"], "X-API-Key");
    assert_eq!(document["paths"]["/"]["get"].get("security"), None);
    assert_eq!(document["paths"]["/maybe"]["get"]["security"], json!([{ "Token": [] }, {}]));
}

#[fastrail::test]
async fn a_dependency_of_the_app_asks_and_documents_everywhere() {
    let client = TestClient::new(App::new("T", "1").depends(depends![caller]).include(routes![root])).await;
    client.get("/").await.assert_status(401);
    client.get("/").header("x-api-key", "k").await.assert_status(200);
    let operation = &client.openapi()["paths"]["/"]["get"];
    assert_eq!(operation["security"], json!([{ "Token": [] }, { "Key": [] }]));
    assert_eq!(operation["responses"]["401"]["description"], "Say who you are");
}

#[fastrail::test]
async fn the_head_of_the_document_says_what_it_is_told() {
    let region =
        ServerVariable { default: "eu".into(), allowed: vec!["eu".into(), "us".into()], ..ServerVariable::default() };
    let app = App::new("T", "1")
        .server(Server::new("https://{region}.shop.example").description("Production").variable("region", region))
        .tags([Tag { name: "b".into(), ..Tag::default() }])
        .tag("a", "Second")
        .external_docs(ExternalDocs::from("https://docs.example"))
        .openapi_extra(json!({ "info": { "x-logo": "/logo.svg" }, "x-tagGroups": [{ "name": "All", "tags": ["a"] }] }))
        .edit_openapi(|document| document["info"]["description"] = "Edited".into());
    let document = document(app);
    let variables = json!({ "region": { "default": "eu", "enum": ["eu", "us"] } });
    assert_eq!(document["servers"][0]["variables"], variables);
    assert_eq!(document["tags"], json!([{ "name": "b" }, { "name": "a", "description": "Second" }]));
    assert_eq!(document["externalDocs"], json!({ "url": "https://docs.example" }));
    assert_eq!(document["info"]["x-logo"], "/logo.svg");
    assert_eq!(document["info"]["description"], "Edited");
    assert_eq!(document["x-tagGroups"][0]["tags"], json!(["a"]));
}

#[fastrail::test]
async fn what_an_edit_leaves_is_what_is_served() {
    let edit = |document: &mut Value| document["info"]["title"] = "Mine".into();
    let client = TestClient::new(App::new("T", "1").edit_openapi(edit).include(routes![root])).await;
    assert_eq!(client.get("/openapi.json").await.at("/info/title"), "Mine");
}

#[fastrail::test]
async fn a_setting_decides_whether_there_is_a_document() {
    for (url, status) in [(Some("/schema.json".to_owned()), 200), (None, 404)] {
        let client = TestClient::new(App::new("T", "1").openapi_url(url.as_deref()).include(routes![root])).await;
        client.get("/schema.json").await.assert_status(status);
        client.get("/docs").await.assert_status(status);
        client.get("/redoc").await.assert_status(status);
        client.get("/").await.assert_status(200);
    }
}

#[fastrail::test]
async fn ids_in_fastapis_style_name_what_is_made_of_them() {
    #[get("/list")]
    async fn list() -> Vec<u8> {
        vec![]
    }
    let document = document(App::new("T", "1").operation_ids(name_path_method).include(routes![list]));
    let operation = &document["paths"]["/list"]["get"];
    assert_eq!(operation["operationId"], "list_list_get");
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(schema["title"], "Response List List Get");
}
