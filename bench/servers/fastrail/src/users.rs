//! `POST /users`: a nested body, validated; the answer has no password.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Address {
    #[schema(min_length = 1, max_length = 100)]
    street: String,
    #[schema(min_length = 1, max_length = 100)]
    city: String,
    #[schema(pattern = "^[0-9]{5}$")]
    zip: String,
}

#[derive(Deserialize, Schema)]
pub struct UserCreate {
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    #[schema(ge = 0, le = 150)]
    age: i64,
    email: Email,
    #[schema(min_length = 8, max_length = 128)]
    password: SecretString,
    address: Address,
    #[serde(default)]
    #[schema(max_items = 10)]
    tags: Vec<String>,
}

#[derive(Serialize, Schema)]
pub struct UserOut {
    name: String,
    age: i64,
    email: Email,
    address: Address,
    tags: Vec<String>,
}

/// Makes a user
#[post("/users", status = 201)]
pub async fn create_user(body: UserCreate) -> UserOut {
    let UserCreate { name, age, email, address, tags, .. } = body;
    UserOut { name, age, email, address, tags }
}
