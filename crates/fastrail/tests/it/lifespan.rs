//! What runs before the first request and after the last.

use fastrail::prelude::*;

use crate::dependencies::Log;
use crate::support::Server;

#[derive(Clone)]
struct Pool(String);

#[get("/pool")]
async fn pool(pool: State<Pool>) -> String {
    pool.0.0.clone()
}

fn app(log: &Log) -> App {
    App::new("T", "1").include(routes![pool]).state(log.clone())
}

async fn connect(lifespan: Lifespan) -> Result<()> {
    let log = lifespan.get::<Log>().expect("the app has it");
    log.note("connect");
    lifespan.provide(Pool("connected".to_owned()));
    lifespan.on_shutdown(async move { log.note("disconnect") });
    Ok(())
}

async fn migrate(lifespan: Lifespan) -> Result<()> {
    let log = lifespan.get::<Log>().expect("the app has it");
    assert_eq!(lifespan.get::<Pool>().expect("it is connected").0, "connected");
    log.note("migrate");
    lifespan.on_shutdown(async move { log.note("flush") });
    Ok(())
}

async fn fails(_: Lifespan) -> Result<(), std::io::Error> {
    Err(std::io::Error::other("no database at 10.0.0.1"))
}

#[fastrail::test]
async fn lifespans_provide_state_in_order_and_end_in_reverse() {
    let log = Log::default();
    let client = TestClient::new(app(&log).lifespan(connect).lifespan(migrate)).await;
    assert_eq!(log.take(), ["connect", "migrate"]);
    client.get("/pool").await.assert_status(200).assert_json("connected");
    client.shutdown().await;
    assert_eq!(log.take(), ["flush", "disconnect"]);
    client.shutdown().await;
    assert_eq!(log.take(), Vec::<String>::new(), "only once");
}

#[fastrail::test]
async fn a_lifespan_that_fails_stops_the_start_and_ends_the_ones_before_it() {
    let log = Log::default();
    let app = app(&log).lifespan(connect).lifespan(fails).lifespan(migrate);
    let error = TestClient::try_new(app).await.expect_err("it cannot start");
    assert_eq!(error.to_string(), "the app could not start: no database at 10.0.0.1");
    assert_eq!(log.take(), ["connect", "disconnect"]);
}

#[fastrail::test]
async fn a_server_runs_them_and_tells_why_it_does_not_start() {
    let log = Log::default();
    let server = Server::start(app(&log).lifespan(connect)).await;
    assert!(server.ask("GET /pool HTTP/1.1").await.ends_with("\"connected\""));
    server.stop().await;
    assert_eq!(log.take(), ["connect", "disconnect"]);

    let error =
        fastrail::serve(app(&log)).bind("127.0.0.1:0").until(async {}).await.expect_err("nothing provides the pool");
    assert!(format!("{error:?}").contains("`pool` takes `State<"), "{error:?}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let error = fastrail::serve(app(&log).lifespan(connect)).bind(&address).await.expect_err("the port is taken");
    assert!(format!("{error:?}").contains(&address), "{error:?}");
    assert_eq!(log.take(), ["connect", "disconnect"], "what had started is ended");
}
