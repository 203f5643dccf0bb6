//! Every security scheme: what it reads, what it answers when it finds nothing, and how the document describes it.

use fastrail::prelude::*;
use fastrail::security::{
    BasicCredentials, DigestCredentials, OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict, SecurityScopes,
    scope,
};
use serde_json::{Value, json};

macro_rules! schemes {
    ($($(#[$attribute:meta])* $name:ident($inner:ty) at $path:literal by $required:ident, $optional:ident;)+) => { $(
        #[derive(Clone, SecurityScheme)]
        $(#[$attribute])*
        struct $name($inner);

        #[get($path)]
        async fn $required(credential: $name) -> String {
            shown(&credential.0)
        }

        mod $optional {
            use super::*;

            #[get($path)]
            pub(super) async fn read(credential: Option<$name>) -> Option<String> {
                credential.map(|credential| shown(&credential.0))
            }
        }
    )+

    fn required() -> App {
        App::new("Schemes", "1.0.0").include(routes![$($required),+])
    }

    fn optional() -> App {
        App::new("Schemes", "1.0.0").include(routes![$($optional::read),+])
    } };
}

trait Shown {
    fn shown(&self) -> String;
}

impl Shown for SecretString {
    fn shown(&self) -> String {
        self.expose_secret().to_owned()
    }
}

impl Shown for BasicCredentials {
    fn shown(&self) -> String {
        format!("{}:{}", self.username(), self.password().expose_secret())
    }
}

impl Shown for DigestCredentials {
    fn shown(&self) -> String {
        self.parameter("username").unwrap_or_default().to_owned()
    }
}

fn shown(credential: &impl Shown) -> String {
    credential.shown()
}

schemes! {
    #[security(api_key(header = "X-Key"))]
    InHeader(SecretString) at "/header" by in_header, in_header_optional;
    /// The key of your account
    #[security(api_key(query = "api_key"), name = "KeyInQuery")]
    InQuery(SecretString) at "/query" by in_query, in_query_optional;
    #[security(api_key(cookie = "session"))]
    InCookie(SecretString) at "/cookie" by in_cookie, in_cookie_optional;
    #[security(basic(realm = "simple"))]
    Basic(BasicCredentials) at "/basic" by basic, basic_optional;
    #[security(digest)]
    Digest(DigestCredentials) at "/digest" by digest, digest_optional;
    #[security(http(scheme = "other"))]
    Other(SecretString) at "/other" by other, other_optional;
    #[security(bearer(format = "JWT"))]
    Bearer(SecretString) at "/bearer" by bearer, bearer_optional;
    #[security(oauth2_client_credentials(token_url = "/token", refresh_url = "/refresh", scopes("a" = "A")))]
    Client(SecretString) at "/client" by client_credentials, client_credentials_optional;
    #[security(
        oauth2_authorization_code(authorization_url = "/authorize", token_url = "/token"),
        oauth2_password(token_url = "/token"),
    )]
    Code(SecretString) at "/code" by code, code_optional;
    #[security(open_id_connect(url = "/.well-known/openid-configuration"))]
    OpenId(SecretString) at "/openid" by openid, openid_optional;
}

/// Path, what is sent, what is read, the challenge
const CASES: [(&str, (&str, &str), &str, &str); 10] = [
    ("/header", ("x-key", " k "), "k", "APIKey"),
    ("/query?api_key=a&api_key=a%20b", ("x-any", "x"), "a b", "APIKey"),
    ("/cookie", ("cookie", "other=1; session=s"), "s", "APIKey"),
    ("/basic", ("authorization", "basic am9objpzZcOpOng="), "john:seé:x", "Basic realm=\"simple\""),
    ("/digest", ("authorization", "Digest username=\"ada\", nc=1"), "ada", "Digest"),
    ("/other", ("authorization", "OTHER abc"), "abc", "Other"),
    ("/bearer", ("authorization", "bearer t"), "t", "Bearer"),
    ("/client", ("authorization", "Bearer t"), "t", "Bearer"),
    ("/code", ("authorization", "Bearer t"), "t", "Bearer"),
    ("/openid", ("authorization", "Bearer t"), "t", "Bearer"),
];

#[fastrail::test]
async fn each_scheme_reads_its_credential() {
    let (required, optional) = (TestClient::new(required()).await, TestClient::new(optional()).await);
    for (path, (name, value), expected, _) in CASES {
        for client in [&required, &optional] {
            client.get(path).header(name, value).await.assert_status(200).assert_json(json!(expected));
        }
    }
}

#[fastrail::test]
async fn who_sends_none_gets_401_with_its_challenge_or_is_none() {
    let (required, optional) = (TestClient::new(required()).await, TestClient::new(optional()).await);
    for (path, (name, _), _, challenge) in CASES {
        let path = path.split('?').next().expect("a path");
        for value in ["", "Wrong x", "Basic"] {
            if !name.starts_with('a') && !value.is_empty() {
                continue; // a key of any value is one
            }
            let request = |client: &TestClient| {
                if value.is_empty() { client.get(path) } else { client.get(path).header(name, value) }
            };
            let answer = request(&required).await;
            answer.assert_status(401).assert_json(json!({ "detail": "Not authenticated" }));
            assert_eq!(answer.header("www-authenticate"), Some(challenge), "{path} {value}");
            request(&optional).await.assert_status(200).assert_json(json!(null));
        }
    }
}

#[fastrail::test]
async fn malformed_basic_credentials_are_refused_also_where_they_are_optional() {
    for client in [TestClient::new(required()).await, TestClient::new(optional()).await] {
        // No base64; no UTF-8; no colon.
        for value in ["Basic %", "Basic /w==", "Basic am9obg=="] {
            let answer = client.get("/basic").header("authorization", value).await;
            answer.assert_status(401);
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"simple\""), "{value}");
        }
    }
}

#[fastrail::test]
async fn the_document_describes_each_scheme() {
    let client = TestClient::new(required()).await;
    let schemes = &client.openapi()["components"]["securitySchemes"];
    let expected = json!({
        "InHeader": { "type": "apiKey", "in": "header", "name": "X-Key" },
        "KeyInQuery": { "type": "apiKey", "in": "query", "name": "api_key", "description": "The key of your account" },
        "InCookie": { "type": "apiKey", "in": "cookie", "name": "session" },
        "Basic": { "type": "http", "scheme": "basic" },
        "Digest": { "type": "http", "scheme": "digest" },
        "Other": { "type": "http", "scheme": "other" },
        "Bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
        "Client": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": "/token", "refreshUrl": "/refresh", "scopes": { "a": "A" },
        } } },
        "Code": { "type": "oauth2", "flows": {
            "authorizationCode": { "authorizationUrl": "/authorize", "tokenUrl": "/token", "scopes": {} },
            "password": { "tokenUrl": "/token", "scopes": {} },
        } },
        "OpenId": { "type": "openIdConnect", "openIdConnectUrl": "/.well-known/openid-configuration" },
    });
    assert_eq!(*schemes, expected);
    assert_eq!(client.openapi()["paths"]["/query"]["get"]["security"], json!([{ "KeyInQuery": [] }]));
}

#[get("/built-in")]
async fn built_in(basic: Option<BasicCredentials>, digest: Option<DigestCredentials>) -> bool {
    digest.is_some() || basic.is_some_and(|basic| basic.matches("stanley", "swordfish"))
}

#[fastrail::test]
async fn basic_and_digest_need_no_type_of_ones_own() {
    let client = TestClient::new(App::new("B", "1").include(routes![built_in])).await;
    let send = |value: &str| client.get("/built-in").header("authorization", value);
    send("Basic c3RhbmxleTpzd29yZGZpc2g=").await.assert_json(true);
    send("Basic c3RhbmxleTpzd29yZGZpc2s=").await.assert_json(false);
    send("Digest a=b").await.assert_json(true);
    let schemes = &client.openapi()["components"]["securitySchemes"];
    assert_eq!(schemes["HTTPBasic"], json!({ "type": "http", "scheme": "basic" }));
    assert_eq!(schemes["HTTPDigest"], json!({ "type": "http", "scheme": "digest" }));
}

#[derive(Clone)]
struct Token(Vec<String>);

/// The scopes that the token has stand in it
#[dependency]
async fn token(token: BearerToken, scopes: SecurityScopes) -> Result<Token> {
    let granted: Vec<String> = token.expose().split('+').map(str::to_owned).collect();
    if scopes.iter().all(|scope| granted.iter().any(|granted| granted == scope)) {
        return Ok(Token(granted));
    }
    Err(scopes.unauthorized("Not enough permissions"))
}

#[derive(Clone)]
struct Active(Token);

#[dependency]
async fn active(#[depends(scope("me"))] _me: (), token: Token) -> Active {
    Active(token)
}

#[get("/items", scope("items"))]
async fn own_items(user: Active) -> usize {
    user.0.0.len()
}

#[get("/me")]
async fn me(_user: Active) {}

#[get("/status")]
async fn status(_token: Token) {}

#[fastrail::test]
async fn scopes_are_gathered_over_the_tree_and_named_in_the_challenge() {
    let router = Router::new("/admin").depends(depends![scope("admin")]).include(routes![status]);
    let client = TestClient::new(App::new("S", "1").include(routes![own_items, me, status]).include(router)).await;
    client.get("/items").bearer("me+items").await.assert_status(200).assert_json(2);
    let answer = client.get("/items").bearer("me").await;
    answer.assert_status(401).assert_json(json!({ "detail": "Not enough permissions" }));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer scope=\"items me\""));
    client.get("/status").bearer("x").await.assert_status(204);
    let answer = client.get("/admin/status").bearer("x").await;
    assert_eq!(answer.header("www-authenticate"), Some("Bearer scope=\"admin\""));
    let security = |path: &str| client.openapi()["paths"][path]["get"]["security"].clone();
    assert_eq!(security("/items"), json!([{ "BearerToken": ["items", "me"] }]));
    assert_eq!(security("/me"), json!([{ "BearerToken": ["me"] }]));
    assert_eq!(security("/status"), json!([{ "BearerToken": [] }]));
}

#[post("/token")]
async fn login(form: OAuth2PasswordRequestForm) -> Value {
    json!([
        form.grant_type,
        form.username,
        form.password.expose_secret(),
        form.scopes().collect::<Vec<_>>(),
        form.client_id
    ])
}

#[post("/strict")]
async fn login_strictly(form: OAuth2PasswordRequestFormStrict) -> Value {
    json!([form.grant_type, form.username])
}

#[fastrail::test]
async fn the_password_form_is_read_and_documented_as_fastapi_does() {
    let client = TestClient::new(App::new("F", "1").include(routes![login, login_strictly])).await;
    let pairs = [("username", "ada"), ("password", "x"), ("scope", "me items"), ("client_id", "c")];
    client.post("/token").form(pairs).await.assert_json(json!([null, "ada", "x", ["me", "items"], "c"]));
    let strict = [("grant_type", "password"), ("username", "ada"), ("password", "x")];
    client.post("/strict").form(strict).await.assert_json(json!(["password", "ada"]));

    let errors = |answer: &fastrail::testing::TestResponse| {
        let detail = answer.json::<Value>()["detail"].take();
        detail.as_array().expect("a list").iter().map(|error| error["loc"][1].clone()).collect::<Vec<_>>()
    };
    let answer = client.post("/strict").form(pairs).await;
    answer.assert_status(422);
    assert_eq!(errors(&answer), ["grant_type"]);
    let answer = client.post("/token").form([("grant_type", "incorrect"), ("password", "secret!")]).await;
    assert_eq!(errors(&answer), ["grant_type", "username"]);
    assert!(!answer.text().contains("secret!"), "a password is never echoed");

    let schemas = &client.openapi()["components"]["schemas"];
    let properties = &schemas["Body_login"]["properties"];
    assert_eq!(properties["grant_type"]["anyOf"][0], json!({ "type": "string", "pattern": "^password$" }));
    assert_eq!(properties["password"], json!({ "title": "Password", "type": "string", "format": "password" }));
    assert_eq!(schemas["Body_login"]["required"], json!(["username", "password"]));
    assert_eq!(schemas["Body_login_strictly"]["required"], json!(["grant_type", "username", "password"]));
}
