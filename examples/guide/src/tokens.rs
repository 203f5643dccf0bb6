//! Passwords and tokens: log in, and be known.

use std::collections::HashMap;
use std::time::Duration;

use fastrail::prelude::*;
use fastrail::security::jwt::{Jwt, KeyError, SignError, TokenError};
use fastrail::security::{OAuth2PasswordRequestForm, PasswordError, PasswordHasher};

// ANCHOR: key
async fn read_key(lifespan: Lifespan) -> Result<(), KeyError> {
    let secret = SecretString::from("yours: of the settings, from `openssl rand -hex 32`");
    lifespan.provide(Jwt::hs256(&secret)?.issuer("https://shop.example").lifetime(Duration::from_mins(15)));
    Ok(())
}
// ANCHOR_END: key

// ANCHOR: verify
/// Sign in with name and password
#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "/token"))]
pub struct AccessToken(SecretString);

/// What a token says, besides when and by whom it was made
#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    sub: String,
}

#[dependency]
async fn user(token: AccessToken, jwt: State<Jwt>) -> Result<User, TokenError> {
    jwt.verify(token.0.expose_secret())
}

#[get("/users/me")]
async fn read_me(user: User) -> String {
    user.sub
}
// ANCHOR_END: verify

// ANCHOR: login
#[derive(ApiError)]
pub enum LoginError {
    /// Incorrect username or password
    #[api_error(status = 401, code = "wrong_password", header("WWW-Authenticate" = "Bearer"))]
    WrongPassword,
    #[api_error(transparent)]
    Password(#[from] PasswordError),
    #[api_error(transparent)]
    Token(#[from] SignError),
}

#[derive(Serialize, Schema)]
pub struct Token {
    access_token: String,
    token_type: &'static str,
}

#[post("/token")]
async fn log_in(
    form: OAuth2PasswordRequestForm,
    accounts: State<Accounts>,
    passwords: State<PasswordHasher>,
    jwt: State<Jwt>,
) -> Result<Token, LoginError> {
    // No hash, for a user who does not exist, is checked as long as any other.
    let hash = accounts.hash_of(&form.username);
    if !passwords.verify(&form.password, hash).await? {
        return Err(LoginError::WrongPassword);
    }
    let access_token = jwt.sign(&User { sub: form.username })?;
    Ok(Token { access_token, token_type: "bearer" })
}
// ANCHOR_END: login

/// Yours: a table
#[derive(Clone, Default)]
pub struct Accounts(HashMap<String, String>);

impl Accounts {
    fn hash_of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

async fn make_accounts(lifespan: Lifespan) -> Result<(), PasswordError> {
    let passwords = PasswordHasher::default();
    let hash = passwords.hash(&SecretString::from("correct horse")).await?;
    lifespan.provide(Accounts(HashMap::from([("ada".to_owned(), hash)])));
    lifespan.provide(passwords);
    Ok(())
}

pub fn app() -> App {
    App::new("Tokens", "1.0.0").lifespan(read_key).lifespan(make_accounts).include(routes![log_in, read_me])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn who_logs_in_is_known() {
        let client = TestClient::new(app()).await;
        let form = |username, password| [("grant_type", "password"), ("username", username), ("password", password)];
        let token: Value = client.post("/token").form(form("ada", "correct horse")).await.json();
        let token = token["access_token"].as_str().unwrap_or_default();
        client.get("/users/me").bearer(token).await.assert_json("ada");
        client.get("/users/me").bearer("another").await.assert_status(401);
        client.post("/token").form(form("ada", "battery staple")).await.assert_status(401);
        client.post("/token").form(form("eve", "correct horse")).await.assert_status(401);
    }
}
