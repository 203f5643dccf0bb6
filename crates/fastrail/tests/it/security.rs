//! Credentials: 401 before everything else, documented where they are taken.

use fastrail::Body;
use fastrail::prelude::*;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::dependencies::Log;

/// The key that your account page shows
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
struct ApiKey(SecretString);

/// Sign in with user name and password
#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "/token", scopes("items:read" = "Read items", "items:write" = "Change items")))]
struct AccessToken(SecretString);

/// A JSON web token
#[derive(Clone, SecurityScheme)]
#[security(bearer(format = "JWT"))]
struct Jwt(SecretString);

#[derive(Clone, Debug)]
struct User {
    name: String,
}

#[derive(ApiError)]
enum AuthError {
    /// The token is not valid
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = "Bearer error=\"invalid_token\""))]
    TokenInvalid,
    /// You may not do this
    #[api_error(status = 403, code = "forbidden")]
    Forbidden,
}

/// The user whom the token names
#[dependency]
async fn user(token: AccessToken, log: State<Log>) -> Result<User, AuthError> {
    log.note("user");
    match token.0.expose_secret() {
        "bad" => Err(AuthError::TokenInvalid),
        name => Ok(User { name: name.to_owned() }),
    }
}

/// The caller holds a permission
#[dependency(scopes = permission)]
async fn requires(#[parameter] permission: &'static str, user: User) -> Result<(), AuthError> {
    if user.name == "admin" || permission.ends_with(":read") { Ok(()) } else { Err(AuthError::Forbidden) }
}

/// An item
#[derive(Deserialize, Schema)]
struct Item {
    #[schema(min_length = 1)]
    name: String,
}

#[post("/items/{id}", requires("items:write"))]
async fn write(id: u8, #[query] q: u8, body: Item, user: User) -> Value {
    json!([id, q, body.name, user.name])
}

#[get("/items", requires("items:read"), requires("items:list"))]
async fn read() -> u8 {
    1
}

fn app(log: &Log) -> App {
    App::new("T", "1").include(routes![write, read]).state(log.clone())
}

#[fastrail::test]
async fn a_stranger_gets_401_before_422_and_before_the_body_is_read() {
    let log = Log::default();
    let client = TestClient::new(app(&log)).await;
    let body_log = log.clone();
    let body = futures_util::stream::once(async move {
        body_log.note("body");
        Ok::<_, std::io::Error>("{}")
    });
    let request = client.post("/items/x").header("content-type", "application/json");
    let response = request.stream(Body::from_stream(body.boxed())).await;
    response.assert_status(401).assert_header("www-authenticate", "Bearer");
    response.assert_json(json!({ "detail": "Not authenticated" }));
    assert_eq!(log.take(), Vec::<String>::new());
    let response = client.post("/items/x").bearer("bad").json(json!({})).await;
    response.assert_status(401).assert_header("www-authenticate", "Bearer error=\"invalid_token\"");
    let response = client.post("/items/x").bearer("reader").json(json!({})).await;
    response.assert_status(403);
    let response = client.post("/items/x").bearer("admin").json(json!({})).await;
    response.assert_status(422);
    assert_eq!(response.at("/detail").as_array().map(Vec::len), Some(3));
    let response = client.post("/items/1?q=2").bearer("admin").json(json!({ "name": "Fork" })).await;
    response.assert_status(200).assert_json(json!([1, 2, "Fork", "admin"]));
}

#[fastrail::test]
async fn a_credential_of_another_scheme_is_none() {
    let client = TestClient::new(app(&Log::default())).await;
    for value in ["Basic dTpw", "Bearer", "Bearer ", "bearer", "Token x", ""] {
        client.get("/items").header("authorization", value).await.assert_status(401);
    }
    client.get("/items").header("authorization", "bEaReR  admin").await.assert_status(200);
}

#[fastrail::test]
async fn schemes_and_scopes_are_in_the_document() {
    let client = TestClient::new(app(&Log::default())).await;
    let document = client.openapi();
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({ "AccessToken": {
            "type": "oauth2",
            "flows": { "password": {
                "tokenUrl": "/token",
                "scopes": { "items:read": "Read items", "items:write": "Change items" },
            } },
            "description": "Sign in with user name and password",
        } })
    );
    assert_eq!(document["paths"]["/items/{id}"]["post"]["security"], json!([{ "AccessToken": ["items:write"] }]));
    assert_eq!(
        document["paths"]["/items"]["get"]["security"],
        json!([{ "AccessToken": ["items:read", "items:list"] }])
    );
    let responses = document["paths"]["/items/{id}"]["post"]["responses"].as_object().expect("responses");
    assert_eq!(responses.keys().collect::<Vec<_>>(), ["200", "401", "403", "422"]);
    let problems = TestClient::new(app(&Log::default()).errors(ProblemDetails::new())).await;
    let responses = problems.openapi()["paths"]["/items"]["get"]["responses"].as_object().expect("responses").clone();
    assert_eq!(responses.keys().collect::<Vec<_>>(), ["200", "401", "403", "500"]);
    assert_eq!(responses["401"]["headers"]["WWW-Authenticate"]["schema"]["type"], "string");
}

#[get("/key")]
async fn key(key: ApiKey) -> usize {
    key.0.expose_secret().len()
}

#[get("/either")]
async fn either(key: Option<ApiKey>, token: Option<Jwt>, bearer: Option<BearerToken>) -> Value {
    json!([key.is_some(), token.is_some_and(|t| t.0.expose_secret() == "abc"), bearer.map(|b| b.expose().len())])
}

#[fastrail::test]
async fn api_keys_and_optional_credentials_are_read() {
    let client = TestClient::new(App::new("T", "1").include(routes![key, either])).await;
    client.get("/key").header("x-api-key", "12345").await.assert_status(200).assert_json(5);
    client.get("/key").await.assert_status(401).assert_header("www-authenticate", "APIKey");
    client.get("/key").header("x-api-key", " ").await.assert_status(401);
    client.get("/either").await.assert_status(200).assert_json(json!([false, false, null]));
    client.get("/either").bearer("abc").await.assert_json(json!([false, true, 3]));
    assert_eq!(client.openapi()["components"]["securitySchemes"]["ApiKey"]["in"], "header");
    assert_eq!(client.openapi()["components"]["securitySchemes"]["Jwt"]["bearerFormat"], "JWT");
}

#[fastrail::test]
async fn credentials_never_show_in_debug() {
    let token = {
        let request = http::Request::get("/").header("authorization", "Bearer hunter2").body(()).expect("a request");
        <BearerToken as fastrail::security::SecurityScheme>::read(&request.into_parts().0).expect("not malformed")
    };
    assert_eq!(format!("{token:?}"), "Some(BearerToken(…))");
}

#[fastrail::test]
async fn a_security_dependency_and_a_credential_are_overridden_by_type() {
    let user = || async { Ok(User { name: "admin".to_owned() }) };
    let client = TestClient::new(app(&Log::default()).override_dependency(user)).await;
    client.post("/items/1?q=2").json(json!({ "name": "Fork" })).await.assert_status(200);
    let token = || async { Ok(AccessToken("admin".into())) };
    let client = TestClient::new(app(&Log::default()).override_dependency(token)).await;
    let response = client.post("/items/1?q=2").json(json!({ "name": "Fork" })).await;
    response.assert_status(200).assert_json(json!([1, 2, "Fork", "admin"]));
}

/// A user of one tenant: a security dependency with a parameter of its own
#[derive(Clone, Dependency)]
struct Member {
    user: User,
    #[header(min_length = 2)]
    x_tenant: String,
}

#[get("/member")]
async fn member(member: Member, #[query] q: u8) -> Value {
    json!([member.user.name, member.x_tenant, q])
}

#[get("/both")]
async fn both(member: Member, key: ApiKey, other: User) -> Value {
    json!([member.x_tenant, key.0.expose_secret().len(), other.name])
}

#[fastrail::test]
async fn a_stranger_gets_401_even_when_the_security_dependency_has_wrong_parameters() {
    let app = App::new("T", "1").include(routes![member, both]).state(Log::default());
    let client = TestClient::new(app).await;
    client.get("/member").await.assert_status(401);
    let response = client.get("/member?q=x").bearer("a").header("x-tenant", "t").await;
    response.assert_status(422);
    assert_eq!(response.at("/detail/0/loc"), json!(["header", "x-tenant"]));
    assert_eq!(response.at("/detail/1/loc"), json!(["query", "q"]));
    client.get("/both").bearer("a").await.assert_status(401).assert_header("www-authenticate", "APIKey");
    let response = client.get("/both").bearer("a").header("x-api-key", "k").await;
    response.assert_status(422);
    assert_eq!(response.at("/detail").as_array().map(Vec::len), Some(1));
}

/// A caller who proves itself by a signature over the form
#[dependency]
async fn signed(_key: ApiKey, #[form] signature: String) -> Result<Signed, AuthError> {
    if signature == "right" { Ok(Signed) } else { Err(AuthError::Forbidden) }
}

#[derive(Clone, Copy)]
struct Signed;

#[post("/signed")]
async fn signed_post(_signed: Signed, #[form] amount: u8) -> u8 {
    amount
}

#[post("/signed-outside")]
async fn signed_outside() {}

#[fastrail::test]
async fn a_security_dependency_may_read_the_body() {
    let outside = Router::new("").depends(depends![signed]).include(routes![signed_outside]);
    let client = TestClient::new(App::new("T", "1").include(routes![signed_post]).include(outside)).await;
    let form = [("signature", "right"), ("amount", "5")];
    client.post("/signed").header("x-api-key", "k").form(form).await.assert_status(200).assert_json(5);
    client.post("/signed").form(form).await.assert_status(401);
    client.post("/signed").header("x-api-key", "k").form([("signature", "no")]).await.assert_status(403);
    client.post("/signed-outside").header("x-api-key", "k").form(form).await.assert_status(204);
    client.post("/signed-outside").header("x-api-key", "k").form([("signature", "")]).await.assert_status(422);
}

/// A header of our own that lets people in
#[dependency(explicit, guard)]
async fn gate(#[header] x_gate: String) -> Result<()> {
    if x_gate == "open" { Ok(()) } else { Err(Error::new(400, "The gate is closed")) }
}

#[get("/gated", depends(gate))]
async fn gated(q: u8) -> u8 {
    q
}

#[get("/below")]
async fn below(q: u8) -> u8 {
    q
}

#[fastrail::test]
async fn a_guard_refuses_before_other_inputs_count() {
    let gated_router = Router::new("/router").depends(depends![gate]).include(routes![below]);
    let app = App::new("T", "1").include(routes![gated]).include(gated_router);
    let client = TestClient::new(app).await.unchecked();
    for path in ["/gated", "/router/below"] {
        client.get(path).header("x-gate", "shut").await.assert_status(400);
        let response = client.get(path).await;
        let missing = response.assert_status(422).at("/detail").as_array().map(Vec::len);
        assert_eq!(missing, Some(2), "a guard that cannot run is told with the other inputs");
        client.get(path).header("x-gate", "open").await.assert_status(422);
        client.get(&format!("{path}?q=1")).header("x-gate", "open").await.assert_status(200);
    }
}
