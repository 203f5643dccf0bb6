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

// ANCHOR: extension
#[derive(Clone)]
pub struct Tenant(String);

async fn find_tenant(mut request: Request, next: Next) -> Response {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let tenant = Tenant(host.split('.').next().unwrap_or_default().to_owned());
    request.extensions_mut().insert(tenant);
    next.run(request).await
}

#[get("/tenant")]
async fn read_tenant(tenant: Extension<Tenant>) -> String {
    tenant.0.0
}
// ANCHOR_END: extension

pub fn of_tenants() -> App {
    App::new("Shops", "1.0.0").middleware(find_tenant).include(routes![read_tenant])
}

// ANCHOR: dependencies
#[derive(Clone)]
pub struct Caller(String);

#[dependency]
async fn caller(token: BearerToken) -> Result<Caller> {
    Ok(Caller(token.expose().to_owned())) // and look it up
}

/// Writes down who asked for what, and with which success
async fn audit(request: Request, next: Next, caller: Caller, log: State<AuditLog>) -> Response {
    let route = next.route().unwrap_or_default().to_owned();
    let response = next.run(request).await;
    log.write(format!("{} {route} {}", caller.0, response.status().as_u16()));
    response
}

pub fn audited(log: AuditLog) -> App {
    let items = Router::new("/audited").middleware(audit).include(routes![read_item]);
    App::new("Audit", "1.0.0").state(log).include(items)
}
// ANCHOR_END: dependencies

#[derive(Clone, Default)]
pub struct AuditLog(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl AuditLog {
    fn write(&self, line: String) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
    }
}

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
    async fn an_operation_knows_its_tenant() {
        let client = TestClient::new(of_tenants()).await;
        client.get("/tenant").header("host", "forks.example").await.assert_json("forks");
    }

    #[fastrail::test]
    async fn an_audit_knows_who_and_what() {
        let log = AuditLog::default();
        let client = TestClient::new(audited(log.clone())).await;
        client.get("/audited/items/7").await.assert_status(401);
        client.get("/audited/items/7").header("authorization", "Bearer ada").await.assert_json(7);
        assert_eq!(*log.0.lock().expect("no panic"), ["ada /audited/items/{id} 200"]);
    }

    #[fastrail::test]
    async fn a_handler_sees_the_body() {
        let client = TestClient::new(with_bodies_shown()).await.unchecked();
        let answer = client.post("/sum").body("application/json", "{}").await;
        assert_eq!(answer.text(), "1 errors in {}");
    }
}
