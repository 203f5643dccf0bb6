//! Another status than the declared one.

use fastrail::prelude::*;
use std::sync::{LazyLock, Mutex};

static TASKS: LazyLock<Mutex<BTreeMap<String, &str>>> =
    LazyLock::new(|| Mutex::new([("foo".to_owned(), "Listen to the Bar Fighters")].into()));

#[put("/get-or-create-task/{task_id}", status = 200)]
fn get_or_create_task(task_id: String) -> (StatusCode, Value) {
    let mut tasks = TASKS.lock().expect("nobody panicked");
    let status = if tasks.contains_key(&task_id) { StatusCode::OK } else { StatusCode::CREATED };
    (status, json!(tasks.entry(task_id).or_insert("This didn't exist before")))
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_or_create_task])
}
