//! What is made before the first request and released after the last.

use fastrail::prelude::*;

#[derive(Clone)]
struct Model {
    answer_to_everything: fn(f64) -> f64,
}

fn fake_answer_to_everything_ml_model(x: f64) -> f64 {
    x * 42.0
}

async fn lifespan(lifespan: Lifespan) -> Result<()> {
    // Load the ML model
    let model = Model { answer_to_everything: fake_answer_to_everything_ml_model };
    lifespan.provide(model);
    // Clean up the ML model and release the resources
    lifespan.on_shutdown(async { println!("released") });
    Ok(())
}

#[get("/predict")]
async fn predict(x: f64, model: State<Model>) -> Value {
    json!({ "result": (model.answer_to_everything)(x) })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").lifespan(lifespan).include(routes![predict])
}
