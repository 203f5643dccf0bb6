//! Middleware: fns of one's own, and those that come along.

use std::time::Instant;

use fastrail::prelude::*;

// ANCHOR: own
async fn add_process_time(request: Request, next: Next) -> Result<Response> {
    let start = Instant::now();
    let route = next.route().map(str::to_owned);
    let mut response = next.run(request).await;
    let seconds = start.elapsed().as_secs_f64();
    response.headers_mut().insert("x-process-time", seconds.to_string().parse().map_err(Error::internal)?);
    response.headers_mut().insert("x-route", route.unwrap_or_default().parse().map_err(Error::internal)?);
    Ok(response)
}
// ANCHOR_END: own

// ANCHOR: refuse
#[derive(Clone)]
pub struct Maintenance {
    pub on: bool,
}

async fn closed_for_maintenance(request: Request, next: Next) -> Result<Response> {
    if next.state::<Maintenance>().await?.on {
        return Err(Error::new(503, "Back in a minute").with_code("maintenance"));
    }
    Ok(next.run(request).await)
}
// ANCHOR_END: refuse

#[get("/items/{id}")]
async fn read_item(id: i64) -> i64 {
    id
}

#[get("/ping")]
async fn ping() -> &'static str {
    "pong"
}

// ANCHOR: app
pub fn app(maintenance: Maintenance) -> App {
    let items = Router::new("/shop").middleware(closed_for_maintenance).include(routes![read_item]);
    App::new("Layers", "1.0.0")
        .state(maintenance)
        .include(items)
        .include(routes![ping])
        .middleware(add_process_time)
        .middleware(Compression::new())
        .middleware(Cors::allow(["https://shop.example"]).with_credentials().headers(["*"]).methods(["*"]))
        .middleware(TrustedHosts::allow(["shop.example", "*.shop.example"]))
}
// ANCHOR_END: app

// ANCHOR: body
#[derive(Deserialize, Schema)]
pub struct Numbers {
    numbers: Vec<i64>,
}

#[post("/sum")]
async fn sum(body: Numbers) -> i64 {
    body.numbers.iter().sum()
}

/// A 422 that shows what was sent
pub fn with_bodies_shown() -> App {
    App::new("Bodies", "1.0.0").include(routes![sum]).on_status(
        StatusCode::UNPROCESSABLE_ENTITY,
        |error: Error, request: fastrail::OwnedRequestInfo| async move {
            let sent = String::from_utf8_lossy(request.body()).into_owned();
            (StatusCode::UNPROCESSABLE_ENTITY, format!("{} errors in {sent}", error.validation_errors().len()))
        },
    )
}
// ANCHOR_END: body

#[cfg(test)]
mod tests {
    use super::*;

    #[fastrail::test]
    async fn middlewares_are_where_the_guide_says() {
        let client = TestClient::new(app(Maintenance { on: true })).await.unchecked();
        let client = client.with_header("host", "shop.example");
        let answer = client.get("/shop/items/7").await;
        answer.assert_status(503);
        assert_eq!(answer.header("x-route"), Some("/shop/items/{id}"));
        client.get("/ping").await.assert_json("pong");
        client.get("/ping").header("host", "evil.example").await.assert_status(400);
    }

    #[fastrail::test]
    async fn a_handler_sees_the_body() {
        let client = TestClient::new(with_bodies_shown()).await.unchecked();
        let answer = client.post("/sum").body("application/json", "{}").await;
        assert_eq!(answer.text(), "1 errors in {}");
    }
}
