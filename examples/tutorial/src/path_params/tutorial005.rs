//! A path parameter out of a closed set.

use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
#[serde(rename_all = "lowercase")]
enum ModelName {
    Alexnet,
    Resnet,
    Lenet,
}

#[get("/models/{model_name}")]
async fn get_model(model_name: ModelName) -> Value {
    let message = match model_name {
        ModelName::Alexnet => "Deep Learning FTW!",
        ModelName::Lenet => "LeCNN all the images",
        ModelName::Resnet => "Have some residuals",
    };
    json!({ "model_name": model_name, "message": message })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_model])
}
