//! Scopes: what a token lets its bearer do, and what each operation asks for.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use fastrail::prelude::*;
use fastrail::security::{OAuth2PasswordRequestForm, SecurityScopes, scope};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

// to get a string like this run:
// openssl rand -hex 32
const SECRET_KEY: &str = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
const ALGORITHM: Algorithm = Algorithm::HS256;
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
    exp: u64,
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

static DUMMY_HASH: LazyLock<String> = LazyLock::new(|| get_password_hash("dummypassword"));

#[derive(Clone, SecurityScheme)]
#[security(oauth2_password(
    token_url = "token",
    scopes("me" = "Read information about the current user.", "items" = "Read items.")
))]
struct OAuth2PasswordBearer(SecretString);

fn verify_password(plain_password: &str, hashed_password: &str) -> bool {
    let hash = PasswordHash::new(hashed_password);
    hash.is_ok_and(|hash| Argon2::default().verify_password(plain_password.as_bytes(), &hash).is_ok())
}

fn get_password_hash(password: &str) -> String {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.expect("invariant: the default parameters are valid").to_string()
}

fn get_user(username: &str) -> Option<UserInDB> {
    FAKE_USERS_DB.into_iter().find(|user| user.username == username)
}

fn authenticate_user(username: &str, password: &str) -> Option<UserInDB> {
    let user = get_user(username);
    let hash = user.as_ref().map_or(DUMMY_HASH.as_str(), |user| user.hashed_password);
    let is_right = verify_password(password, hash);
    user.filter(|_| is_right)
}

fn create_access_token(username: &str, scope: String, expires: Duration) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(Error::internal)?;
    let claims = Claims { sub: username.to_owned(), scope, exp: (now + expires).as_secs() };
    let key = EncodingKey::from_secret(SECRET_KEY.as_bytes());
    encode(&Header::new(ALGORITHM), &claims, &key).map_err(Error::internal)
}

#[dependency(explicit)]
async fn get_current_user(security_scopes: SecurityScopes, token: OAuth2PasswordBearer) -> Result<UserInDB> {
    let key = DecodingKey::from_secret(SECRET_KEY.as_bytes());
    let payload = decode::<Claims>(token.0.expose_secret(), &key, &Validation::new(ALGORITHM));
    let known = payload.ok().and_then(|payload| Some((get_user(&payload.claims.sub)?, payload.claims.scope)));
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
async fn login_for_access_token(form_data: OAuth2PasswordRequestForm) -> Result<Token> {
    let user = authenticate_user(&form_data.username, form_data.password.expose_secret());
    let user = user.ok_or_else(|| Error::new(400, "Incorrect username or password"))?;
    let access_token = create_access_token(user.username, form_data.scope, ACCESS_TOKEN_EXPIRES)?;
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
    App::new("FastAPI", "0.1.0").include(routes)
}
