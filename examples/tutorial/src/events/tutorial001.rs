//! Work before the first request.

use fastrail::prelude::*;

#[derive(Clone)]
struct Items(Value);

async fn startup(lifespan: Lifespan) -> Result<()> {
    lifespan.provide(Items(json!({ "foo": { "name": "Fighters" }, "bar": { "name": "Tenders" } })));
    Ok(())
}

#[get("/items/{item_id}")]
async fn read_items(item_id: String, items: State<Items>) -> Value {
    items.0.0[item_id].clone()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").lifespan(startup).include(routes![read_items])
}
