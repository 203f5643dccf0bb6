//! A shop: the user code that Fastrail promises, as a team would write it in one file.
//!
//! Items live in memory; everything else is what a service on a database looks like.

#![allow(missing_docs, reason = "documented is what a client sees")]

use std::sync::{Arc, Mutex};

use fastrail::prelude::*;

/// What a client sends to make an item.
#[derive(Debug, Serialize, Deserialize, Schema)]
pub struct ItemCreate {
    /// Display name
    #[schema(min_length = 1, max_length = 80, example = "Fork")]
    pub name: String,
    #[schema(gt = 0)]
    pub price: Decimal,
    #[serde(default)]
    pub tags: BTreeSet<String>,
}

/// An item of the shop
#[derive(Clone, Debug, Serialize, Schema)]
pub struct Item {
    pub id: i64,
    pub name: String,
    pub price: Decimal,
    pub tags: BTreeSet<String>,
}

#[derive(ApiError)]
pub enum ItemError {
    /// There is no such item, or it is not yours
    #[api_error(status = 404, code = "item_not_found")]
    NotFound,
    /// There is an item with this name
    #[api_error(status = 409, code = "item_name_taken")]
    NameTaken,
    #[api_error(transparent)]
    Database(#[from] DatabaseError),
}

#[derive(ApiError)]
pub enum AuthError {
    /// The token is not valid
    #[api_error(status = 401, code = "token_invalid", header("WWW-Authenticate" = "Bearer"))]
    TokenInvalid,
    /// You may not do this
    #[api_error(status = 403, code = "forbidden")]
    Forbidden,
    #[api_error(transparent)]
    Database(#[from] DatabaseError),
}

#[derive(ApiError)]
pub enum DatabaseError {
    /// The database is busy; try again
    #[api_error(status = 503, code = "database_unavailable", header("Retry-After" = 1))]
    Unavailable,
}

/// Read one item
///
/// The first line is the summary, the rest the description.
#[get("/items/{item_id}", tags("items"))]
pub async fn read_item(
    #[path(ge = 1)] item_id: i64,
    #[query(max_length = 50)] q: Option<String>,
    #[query(ge = 1, le = 100, default = 10)] limit: u32,
    #[header] x_tenant: String,
    user: CurrentUser,
    items: ItemService,
) -> Result<Item, ItemError> {
    items.find(&user, item_id).await
}

/// Make an item
#[post("/items", status = 201, tags("items"), requires("items:write"))]
pub async fn create_item(body: ItemCreate, user: CurrentUser, items: ItemService) -> Result<Item, ItemError> {
    items.create(&user, body).await
}

/// Who asks
#[derive(Clone, Debug)]
pub struct CurrentUser {
    pub name: String,
    pub permissions: Vec<&'static str>,
}

/// The user whom the bearer token names
#[dependency]
pub async fn current_user(token: BearerToken, users: UserRepository) -> Result<CurrentUser, AuthError> {
    users.get_by_token(token.expose()).await?.ok_or(AuthError::TokenInvalid)
}

/// The caller holds a permission
#[dependency(scopes = permission)]
pub async fn requires(#[parameter] permission: &'static str, user: CurrentUser) -> Result<(), AuthError> {
    if user.permissions.contains(&permission) { Ok(()) } else { Err(AuthError::Forbidden) }
}

/// A database session: committed when the operation succeeds, rolled back when it fails
#[dependency(teardown = finish)]
pub async fn session(pool: State<Pool>) -> Result<Session, DatabaseError> {
    Ok(Session { pool: pool.0, added: Arc::default() })
}

async fn finish(session: Session, outcome: Outcome) -> Result<(), DatabaseError> {
    if outcome.is_success() { session.commit() } else { Ok(()) }
}

/// Where users are found
#[derive(Clone, Dependency)]
pub struct UserRepository {
    session: Session,
}

impl UserRepository {
    async fn get_by_token(&self, token: &str) -> Result<Option<CurrentUser>, DatabaseError> {
        Ok(self.session.pool.users.iter().find(|(known, _)| *known == token).map(|(_, user)| user.clone()))
    }
}

/// What can be done with items
#[derive(Clone, Dependency)]
pub struct ItemService {
    session: Session,
}

impl ItemService {
    async fn find(&self, _: &CurrentUser, id: i64) -> Result<Item, ItemError> {
        let items = self.session.pool.items.lock().map_err(|_| DatabaseError::Unavailable)?;
        items.iter().find(|item| item.id == id).cloned().ok_or(ItemError::NotFound)
    }

    async fn create(&self, _: &CurrentUser, new: ItemCreate) -> Result<Item, ItemError> {
        let items = self.session.pool.items.lock().map_err(|_| DatabaseError::Unavailable)?;
        if items.iter().any(|item| item.name == new.name) {
            return Err(ItemError::NameTaken);
        }
        let item = Item { id: items.len() as i64 + 1, name: new.name, price: new.price, tags: new.tags };
        self.session.added.lock().map_err(|_| DatabaseError::Unavailable)?.push(item.clone());
        Ok(item)
    }
}

/// A unit of work: what it adds is seen by others once it is committed
#[derive(Clone)]
pub struct Session {
    pool: Pool,
    added: Arc<Mutex<Vec<Item>>>,
}

impl Session {
    fn commit(&self) -> Result<(), DatabaseError> {
        let mut added = self.added.lock().map_err(|_| DatabaseError::Unavailable)?;
        self.pool.items.lock().map_err(|_| DatabaseError::Unavailable)?.append(&mut added);
        Ok(())
    }
}

/// Stands for a pool of connections
#[derive(Clone, Default)]
pub struct Pool {
    items: Arc<Mutex<Vec<Item>>>,
    users: Vec<(&'static str, CurrentUser)>,
}

impl Pool {
    /// A pool that knows one reader and one writer
    pub fn with_users() -> Self {
        let user = |name: &str, permissions: &[&'static str]| CurrentUser {
            name: name.to_owned(),
            permissions: permissions.to_vec(),
        };
        Self {
            items: Arc::default(),
            users: vec![("reader-token", user("reader", &[])), ("writer-token", user("writer", &["items:write"]))],
        }
    }
}

async fn connect_database(lifespan: Lifespan) -> Result<()> {
    lifespan.provide(Pool::with_users());
    Ok(())
}

/// The whole application
pub fn app() -> App {
    App::new("Shop", "1.0.0")
        .lifespan(connect_database)
        .include(Router::new("/api/v1").include(routes![read_item, create_item]))
        .middleware(Cors::allow(["https://shop.example"]))
}
