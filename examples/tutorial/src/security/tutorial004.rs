//! A signed token (JWT) and hashed passwords (Argon2).

use fastrail::prelude::*;
use fastrail::security::jwt::{Jwt, KeyError};
use fastrail::security::{OAuth2PasswordRequestForm, PasswordHasher};
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use std::time::Duration;

// to get a string like this run:
// openssl rand -hex 32
const SECRET_KEY: &str = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
const ACCESS_TOKEN_EXPIRES: Duration = Duration::from_mins(30);

const FAKE_USERS_DB: [UserInDB; 1] = [UserInDB {
    username: "johndoe",
    full_name: "John Doe",
    email: "johndoe@example.com",
    hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc",
    disabled: false,
}];

#[derive(Serialize, Schema)]
struct Token {
    access_token: String,
    token_type: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
}

#[derive(Clone)]
struct UserInDB {
    username: &'static str,
    full_name: &'static str,
    email: &'static str,
    hashed_password: &'static str,
    disabled: bool,
}

#[derive(Serialize, Schema)]
struct User {
    username: String,
    email: Option<String>,
    full_name: Option<String>,
    disabled: Option<bool>,
}

#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(token_url = "token"))]
struct OAuth2PasswordBearer(SecretString);

async fn read_key(lifespan: Lifespan) -> Result<(), KeyError> {
    let jwt = Jwt::hs256(&SecretString::from(SECRET_KEY))?;
    lifespan.provide(jwt.lifetime(ACCESS_TOKEN_EXPIRES));
    Ok(())
}

fn get_user(username: &str) -> Option<UserInDB> {
    FAKE_USERS_DB.into_iter().find(|user| user.username == username)
}

async fn authenticate_user(form: &OAuth2PasswordRequestForm, passwords: &PasswordHasher) -> Result<Option<UserInDB>> {
    let user = get_user(&form.username);
    let is_right = passwords.verify(&form.password, user.as_ref().map(|user| user.hashed_password)).await?;
    Ok(user.filter(|_| is_right))
}

fn unauthorized(detail: &str) -> Error {
    Error::new(401, detail).with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

#[dependency(explicit)]
async fn get_current_user(token: OAuth2PasswordBearer, jwt: State<Jwt>) -> Result<UserInDB> {
    let claims = jwt.verify::<Claims>(token.0.expose_secret());
    let user = claims.ok().and_then(|claims| get_user(&claims.sub));
    user.ok_or_else(|| unauthorized("Could not validate credentials"))
}

#[dependency]
async fn get_current_active_user(#[depends(get_current_user)] user: UserInDB) -> Result<UserInDB> {
    if user.disabled {
        return Err(Error::new(400, "Inactive user"));
    }
    Ok(user)
}

#[post("/token")]
async fn login_for_access_token(
    form_data: OAuth2PasswordRequestForm,
    passwords: State<PasswordHasher>,
    jwt: State<Jwt>,
) -> Result<Token> {
    let user = authenticate_user(&form_data, &passwords).await?;
    let user = user.ok_or_else(|| unauthorized("Incorrect username or password"))?;
    let access_token = jwt.sign(&Claims { sub: user.username.to_owned() })?;
    Ok(Token { access_token, token_type: "bearer".to_owned() })
}

#[get("/users/me/")]
async fn read_users_me(user: UserInDB) -> User {
    User {
        username: user.username.to_owned(),
        email: Some(user.email.to_owned()),
        full_name: Some(user.full_name.to_owned()),
        disabled: Some(user.disabled),
    }
}

#[get("/users/me/items/")]
async fn read_own_items(current_user: UserInDB) -> Value {
    json!([{ "item_id": "Foo", "owner": current_user.username }])
}

pub(crate) fn app() -> App {
    let routes = routes![login_for_access_token, read_users_me, read_own_items];
    App::new("FastAPI", "0.1.0").state(PasswordHasher::default()).lifespan(read_key).include(routes)
}
