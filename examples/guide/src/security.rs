//! Security: schemes, scopes, several at once.

use fastrail::prelude::*;
use fastrail::security::{BasicCredentials, OAuth2PasswordRequestForm, SecurityScopes, constant_time_eq, scope};

// ANCHOR: schemes
/// The key that your account page shows
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
pub struct ApiKey(SecretString);

/// The session of a browser
#[derive(Clone, SecurityScheme)]
#[security(api_key(cookie = "__Host-session"))]
pub struct Session(SecretString);

/// Sign in with name and password
#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "/token", scopes("me" = "Read about yourself", "items" = "Read items")))]
pub struct AccessToken(SecretString);

#[get("/staff")]
async fn staff(credentials: BasicCredentials) -> Result<String, AuthError> {
    if credentials.matches("stanley", "swordfish") {
        Ok(credentials.username().to_owned())
    } else {
        Err(AuthError::WrongPassword)
    }
}
// ANCHOR_END: schemes

// ANCHOR: errors
#[derive(ApiError)]
pub enum AuthError {
    /// Incorrect username or password
    #[api_error(status = 401, code = "wrong_password", header("WWW-Authenticate" = "Basic"))]
    WrongPassword,
    /// Send an API key or a session
    #[api_error(status = 401, code = "not_authenticated", header("WWW-Authenticate" = "APIKey"))]
    Nobody,
}
// ANCHOR_END: errors

// ANCHOR: several
#[derive(Clone)]
pub struct Caller(&'static str);

/// Either will do
#[dependency]
async fn caller(key: Option<ApiKey>, session: Option<Session>) -> Result<Caller, AuthError> {
    match (key, session) {
        (Some(ApiKey(key)), _) if is_known(&key) => Ok(Caller("a program")),
        (_, Some(Session(session))) if is_known(&session) => Ok(Caller("a browser")),
        _ => Err(AuthError::Nobody),
    }
}

/// Yours: look up its hash. A comparison with `==` would tell how many letters were right
fn is_known(secret: &SecretString) -> bool {
    constant_time_eq(secret.expose_secret().as_bytes(), b"swordfish")
}

#[get("/who")]
async fn who(caller: Caller) -> &'static str {
    caller.0
}
// ANCHOR_END: several

// ANCHOR: scopes
#[derive(Clone)]
pub struct User {
    name: String,
}

/// Knows every scope that the operation and what it depends on demand
#[dependency]
async fn user(token: AccessToken, scopes: SecurityScopes) -> Result<User> {
    let (name, granted) = token.0.expose_secret().split_once(':').unwrap_or_default(); // yours: see below
    if scopes.iter().any(|scope| !granted.split('+').any(|granted| granted == scope)) {
        return Err(scopes.unauthorized("Not enough permissions"));
    }
    Ok(User { name: name.to_owned() })
}

#[derive(Clone)]
pub struct ActiveUser(User);

#[dependency]
async fn active_user(#[depends(scope("me"))] _me: (), user: User) -> ActiveUser {
    ActiveUser(user)
}

#[get("/users/me/items", scope("items"))]
async fn read_own_items(user: ActiveUser) -> String {
    user.0.name
}
// ANCHOR_END: scopes

#[derive(Serialize, Schema)]
pub struct Token {
    access_token: String,
    token_type: String,
}

#[post("/token")]
async fn login(form: OAuth2PasswordRequestForm) -> Token {
    let granted: Vec<&str> = form.scopes().collect(); // see `tokens.rs` for the real one
    Token { access_token: format!("{}:{}", form.username, granted.join("+")), token_type: "bearer".to_owned() }
}

pub fn app() -> App {
    App::new("Security", "1.0.0").include(routes![staff, who, read_own_items, login])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[fastrail::test]
    async fn either_credential_will_do() {
        let client = TestClient::new(app()).await;
        client.get("/who").await.assert_status(401);
        client.get("/who").header("x-api-key", "swordfish").await.assert_json("a program");
        client.get("/who").header("cookie", "__Host-session=swordfish").await.assert_json("a browser");
        client.get("/staff").header("authorization", "Basic c3RhbmxleTpzd29yZGZpc2g=").await.assert_json("stanley");
    }

    #[fastrail::test]
    async fn scopes_are_gathered() {
        let client = TestClient::new(app()).await;
        let form = |scope| [("username", "ada"), ("password", "x"), ("scope", scope)];
        let token: Value = client.post("/token").form(form("me items")).await.json();
        let token = token["access_token"].as_str().unwrap_or_default();
        client.get("/users/me/items").bearer(token).await.assert_json("ada");
        let answer = client.get("/users/me/items").bearer("ada:me").await;
        answer.assert_status(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer scope=\"items me\""));
        let security = &client.openapi()["paths"]["/users/me/items"]["get"]["security"];
        assert_eq!(*security, json!([{ "AccessToken": ["items", "me"] }]));
    }
}
