//! Sign in with user name and password.

use fastrail::prelude::*;
use fastrail::security::OAuth2PasswordRequestForm;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

#[derive(Clone, Serialize)]
struct UserInDB {
    username: &'static str,
    full_name: &'static str,
    email: &'static str,
    hashed_password: &'static str,
    disabled: bool,
}

const FAKE_USERS_DB: [UserInDB; 2] = [
    UserInDB {
        username: "johndoe",
        full_name: "John Doe",
        email: "johndoe@example.com",
        hashed_password: "fakehashedsecret",
        disabled: false,
    },
    UserInDB {
        username: "alice",
        full_name: "Alice Wonderson",
        email: "alice@example.com",
        hashed_password: "fakehashedsecret2",
        disabled: true,
    },
];

fn fake_hash_password(password: &str) -> String {
    format!("fakehashed{password}")
}

#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "token"))]
struct OAuth2PasswordBearer(SecretString);

fn get_user(username: &str) -> Option<UserInDB> {
    FAKE_USERS_DB.into_iter().find(|user| user.username == username)
}

fn fake_decode_token(token: &str) -> Option<UserInDB> {
    // This doesn't provide any security at all
    // Check the next version
    get_user(token)
}

#[dependency(explicit)]
async fn get_current_user(token: OAuth2PasswordBearer) -> Result<UserInDB> {
    fake_decode_token(token.0.expose_secret()).ok_or_else(|| {
        let challenge = HeaderValue::from_static("Bearer");
        Error::new(401, "Not authenticated").with_header(WWW_AUTHENTICATE, challenge)
    })
}

#[dependency]
async fn get_current_active_user(#[depends(get_current_user)] user: UserInDB) -> Result<UserInDB> {
    if user.disabled {
        return Err(Error::new(400, "Inactive user"));
    }
    Ok(user)
}

#[post("/token")]
async fn login(form_data: OAuth2PasswordRequestForm) -> Result<Value> {
    let user = get_user(&form_data.username);
    let hashed_password = fake_hash_password(form_data.password.expose_secret());
    match user.filter(|user| user.hashed_password == hashed_password) {
        None => Err(Error::new(400, "Incorrect username or password")),
        Some(user) => Ok(json!({ "access_token": user.username, "token_type": "bearer" })),
    }
}

#[get("/users/me")]
async fn read_users_me(current_user: UserInDB) -> Value {
    json!(current_user)
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![login, read_users_me])
}
