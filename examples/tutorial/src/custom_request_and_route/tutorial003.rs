//! A middleware of one router only.

use fastrail::prelude::*;
use std::time::Instant;

async fn timed_route(request: Request, next: Next) -> Result<Response> {
    let before = Instant::now();
    let mut response = next.run(request).await;
    let duration = before.elapsed().as_secs_f64();
    response.headers_mut().insert("x-response-time", duration.to_string().parse().map_err(Error::internal)?);
    println!("route duration: {duration}");
    println!("route response: {response:?}");
    println!("route response headers: {:?}", response.headers());
    Ok(response)
}

#[get("/")]
async fn not_timed() -> Value {
    json!({ "message": "Not timed" })
}

#[get("/timed")]
async fn timed() -> Value {
    json!({ "message": "It's the time of my life" })
}

pub(crate) fn app() -> App {
    let router = Router::new("").middleware(timed_route).include(routes![timed]);
    App::new("FastAPI", "0.1.0").include(routes![not_timed]).include(router)
}
