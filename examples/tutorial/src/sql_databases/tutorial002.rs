//! A database: what clients send, what they see and what is stored are models of their own.

use fastrail::prelude::*;
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

#[derive(sqlx::FromRow)]
struct Hero {
    id: i64,
    name: String,
    age: Option<i64>,
    secret_name: String,
}

#[derive(sqlx::FromRow, Serialize, Schema)]
struct HeroPublic {
    name: String,
    age: Option<i64>,
    id: i64,
}

#[derive(Deserialize, Schema)]
struct HeroCreate {
    name: String,
    age: Option<i64>,
    secret_name: String,
}

#[derive(Default, Deserialize, Schema)]
#[serde(default)]
struct HeroUpdate {
    name: Patch<Option<String>>,
    age: Patch<Option<i64>>,
    secret_name: Patch<Option<String>>,
}

async fn create_db_and_tables(lifespan: Lifespan) -> Result<(), sqlx::Error> {
    // One connection that stays open, since the database lives in it
    let options = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = options.connect("sqlite::memory:").await?;
    let create =
        "CREATE TABLE hero (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, secret_name TEXT NOT NULL)";
    sqlx::query(create).execute(&pool).await?;
    lifespan.provide(pool);
    Ok(())
}

#[post("/heroes/")]
async fn create_hero(hero: HeroCreate, pool: State<SqlitePool>) -> Result<HeroPublic> {
    let insert = "INSERT INTO hero (name, age, secret_name) VALUES (?, ?, ?) RETURNING *";
    let insert = sqlx::query_as(insert).bind(hero.name).bind(hero.age).bind(hero.secret_name);
    insert.fetch_one(&pool.0).await.map_err(Error::internal)
}

#[get("/heroes/")]
async fn read_heroes(
    pool: State<SqlitePool>,
    #[query(default = 0)] offset: i64,
    #[query(default = 100, le = 100)] limit: i64,
) -> Result<Vec<HeroPublic>> {
    let select = sqlx::query_as("SELECT * FROM hero LIMIT ? OFFSET ?").bind(limit).bind(offset);
    select.fetch_all(&pool.0).await.map_err(Error::internal)
}

#[get("/heroes/{hero_id}")]
async fn read_hero(hero_id: i64, pool: State<SqlitePool>) -> Result<HeroPublic> {
    let select = sqlx::query_as("SELECT * FROM hero WHERE id = ?").bind(hero_id);
    let hero = select.fetch_optional(&pool.0).await.map_err(Error::internal)?;
    hero.ok_or_else(|| Error::new(404, "Hero not found"))
}

#[patch("/heroes/{hero_id}")]
async fn update_hero(hero_id: i64, update: HeroUpdate, pool: State<SqlitePool>) -> Result<HeroPublic> {
    let select = sqlx::query_as("SELECT * FROM hero WHERE id = ?").bind(hero_id);
    let hero: Option<Hero> = select.fetch_optional(&pool.0).await.map_err(Error::internal)?;
    let hero = hero.ok_or_else(|| Error::new(404, "Hero not found"))?;
    let name = update.name.unwrap_or(Some(hero.name));
    let age = update.age.unwrap_or(hero.age);
    let secret_name = update.secret_name.unwrap_or(Some(hero.secret_name));
    let update = "UPDATE hero SET name = ?, age = ?, secret_name = ? WHERE id = ? RETURNING *";
    let update = sqlx::query_as(update).bind(name).bind(age).bind(secret_name).bind(hero.id);
    update.fetch_one(&pool.0).await.map_err(Error::internal)
}

#[delete("/heroes/{hero_id}")]
async fn delete_hero(hero_id: i64, pool: State<SqlitePool>) -> Result<Value> {
    let delete = sqlx::query("DELETE FROM hero WHERE id = ?").bind(hero_id);
    match delete.execute(&pool.0).await.map_err(Error::internal)?.rows_affected() {
        0 => Err(Error::new(404, "Hero not found")),
        _ => Ok(json!({ "ok": true })),
    }
}

pub(crate) fn app() -> App {
    let routes = routes![create_hero, read_heroes, read_hero, update_hero, delete_hero];
    App::new("FastAPI", "0.1.0").lifespan(create_db_and_tables).include(routes)
}
