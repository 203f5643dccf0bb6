//! The user whom a token names, as a dependency.

use fastrail::prelude::*;

#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "token"))]
struct OAuth2PasswordBearer(SecretString);

#[derive(Clone, Serialize)]
struct User {
    username: String,
    email: Option<String>,
    full_name: Option<String>,
    disabled: Option<bool>,
}

fn fake_decode_token(token: &str) -> User {
    User {
        username: format!("{token}fakedecoded"),
        email: Some("john@example.com".to_owned()),
        full_name: Some("John Doe".to_owned()),
        disabled: None,
    }
}

#[dependency]
async fn get_current_user(token: OAuth2PasswordBearer) -> User {
    fake_decode_token(token.0.expose_secret())
}

#[get("/users/me")]
async fn read_users_me(current_user: User) -> Value {
    json!(current_user)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![read_users_me])
}
