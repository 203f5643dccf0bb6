//! Scopes: what a token lets its bearer do, and what each operation asks for.

use fastrail::prelude::*;
use fastrail::security::jwt::{Jwt, KeyError};
use fastrail::security::{OAuth2PasswordRequestForm, PasswordHasher, SecurityScopes, scope};
use std::time::Duration;

// to get a string like this run:
// openssl rand -hex 32
const SECRET_KEY: &str = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
const ACCESS_TOKEN_EXPIRES: Duration = Duration::from_mins(30);

const FAKE_USERS_DB: [UserInDB; 2] = [
    UserInDB {
        username: "johndoe",
        full_name: "John Doe",
        email: "johndoe@example.com",
        hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc",
        disabled: false,
    },
    UserInDB {
        username: "alice",
        full_name: "Alice Chains",
        email: "alicechains@example.com",
        hashed_password: "$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE",
        disabled: true,
    },
];

#[derive(Serialize, Schema)]
struct Token {
    access_token: String,
    token_type: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    scope: String,
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
#[security(oauth2_password(
    token_url = "token",
    scopes("me" = "Read information about the current user.", "items" = "Read items.")
))]
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

#[dependency(explicit)]
async fn get_current_user(
    security_scopes: SecurityScopes,
    token: OAuth2PasswordBearer,
    jwt: State<Jwt>,
) -> Result<UserInDB> {
    let claims = jwt.verify::<Claims>(token.0.expose_secret());
    let known = claims.ok().and_then(|claims| Some((get_user(&claims.sub)?, claims.scope)));
    let (user, granted) = known.ok_or_else(|| security_scopes.unauthorized("Could not validate credentials"))?;
    if security_scopes.iter().any(|scope| !granted.split(' ').any(|other| other == scope)) {
        return Err(security_scopes.unauthorized("Not enough permissions"));
    }
    Ok(user)
}

#[dependency]
async fn get_current_active_user(
    #[depends(scope("me"))] _me: (),
    #[depends(get_current_user)] user: UserInDB,
) -> Result<UserInDB> {
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
    let user = user.ok_or_else(|| Error::new(400, "Incorrect username or password"))?;
    let access_token = jwt.sign(&Claims { sub: user.username.to_owned(), scope: form_data.scope })?;
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

#[get("/users/me/items/", scope("items"))]
async fn read_own_items(current_user: UserInDB) -> Value {
    json!([{ "item_id": "Foo", "owner": current_user.username }])
}

#[get("/status/")]
async fn read_system_status(#[depends(get_current_user)] current_user: UserInDB) -> Value {
    json!({ "status": "ok" })
}

pub(crate) fn app() -> App {
    let routes = routes![login_for_access_token, read_users_me, read_own_items, read_system_status];
    App::new("FastAPI", "0.1.0").state(PasswordHasher::default()).lifespan(read_key).include(routes)
}
