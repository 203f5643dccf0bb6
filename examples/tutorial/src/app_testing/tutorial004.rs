//! A test whose app has work to do before the first request, and after the last.

use fastrail::prelude::*;

#[derive(Clone)]
struct Items(Value);

async fn lifespan(lifespan: Lifespan) -> Result<()> {
    let items = Items(json!({ "foo": { "name": "Fighters" }, "bar": { "name": "Tenders" } }));
    lifespan.provide(items.clone());
    // clean up items
    lifespan.on_shutdown(async move { drop(items) });
    Ok(())
}

#[get("/items/{item_id}")]
async fn read_items(item_id: String, items: State<Items>) -> Value {
    items.0.0[item_id].clone()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").lifespan(lifespan).include(routes![read_items])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn the_items_are_there() {
        // The client starts the app, so its lifespan has run.
        let client = TestClient::new(app()).await;
        client.get("/items/foo").await.assert_status(200).assert_json(json!({ "name": "Fighters" }));
    }
}
