//! What is counted, and who may read it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use fastrail::observability::Metrics;
use fastrail::observability::metrics::metrics_router;
use fastrail::prelude::*;
use fastrail::rate_limit::limit;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};

#[derive(Serialize, Deserialize, DomainEvent)]
struct Sold;

#[on_event]
async fn count(_event: Arc<Sold>) -> Result<(), &'static str> {
    Err("cannot count")
}

async fn panics() {
    panic!("in the background")
}

#[post("/items/{item_id}", limit("2/hour", name = "sales"))]
async fn sell(item_id: i64, tasks: BackgroundTasks, bus: EventBus) -> Result<i64> {
    tasks.add(async {});
    tasks.add(async { Err::<(), _>("no") });
    tasks.add(panics());
    bus.emit(Sold);
    if item_id == 1 { Ok(item_id) } else { Err(Error::new(404, "No such item")) }
}

#[get("/inner")]
async fn inner() -> &'static str {
    "inner"
}

/// What an operation waits for
#[derive(Clone, Default)]
struct Gate {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

#[get("/wait")]
async fn wait(gate: State<Gate>) -> &'static str {
    gate.begun.notify_one();
    gate.go_on.notified().await;
    "at last"
}

#[dependency]
async fn admin(token: BearerToken) -> Result<()> {
    if token.expose() == "admin" { Ok(()) } else { Err(Error::new(403, "Administrators only")) }
}

fn app(metrics: &Metrics) -> App {
    App::new("Shop", "1.0.0")
        .metrics(metrics.clone())
        .listeners(listeners![count])
        .include(routes![sell])
        .include(metrics_router().depends(depends![admin]))
        .mount("/other", App::new("Other", "1.0.0").include(routes![inner]))
}

fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().expect("a number"))
}

/// As Prometheus' own tool sees it; without the tool, it says that nobody has looked
#[allow(clippy::print_stdout, reason = "whoever runs it wants to know")]
fn checked_by_promtool(text: &str) {
    let spawned = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut promtool) = spawned else {
        println!("promtool is not installed (Debian: apt-get install prometheus): the page was not checked by it");
        return;
    };
    promtool.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = promtool.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.is_empty(), "{said}\n{text}");
}

#[fastrail::test]
async fn requests_work_listeners_and_limits_are_counted_by_template() {
    let metrics = Metrics::new();
    let client = TestClient::new(app(&metrics)).await.unchecked();
    client.post("/items/1").await.assert_status(200);
    client.post("/items/2").await.assert_status(404);
    client.post("/items/3").await.assert_status(429);
    for number in 0..20 {
        client.get(&format!("/nothing/{number}")).await.assert_status(404);
    }
    client.request(http::Method::from_bytes(b"BREW").unwrap(), "/pot").await.assert_status(404);
    client.get("/other/inner").await.assert_status(200);
    client.background_done().await;
    let text = metrics.text();
    let requests = |labels: &str| value(&text, &format!("http_requests_total{{{labels}}}"));
    let sell = r#"method="POST",route="/items/{item_id}""#;
    assert_eq!(requests(&format!(r#"{sell},status="2xx""#)), Some(1.0), "{text}");
    assert_eq!(requests(&format!(r#"{sell},status="4xx""#)), Some(2.0));
    assert_eq!(requests(r#"method="GET",route="(other)",status="4xx""#), Some(20.0));
    assert_eq!(requests(r#"method="other",route="(other)",status="4xx""#), Some(1.0));
    assert_eq!(requests(r#"method="GET",route="/other/inner",status="2xx""#), Some(1.0));
    let bucket = format!("http_request_duration_seconds_bucket{{{sell},status=\"2xx\",le=\"+Inf\"}}");
    assert_eq!(value(&text, &bucket), Some(1.0));
    assert_eq!(value(&text, &format!("http_response_body_bytes_total{{{sell}}}")).map(|bytes| bytes > 1.0), Some(true));
    for (series, expected) in [
        ("http_requests_in_flight", 0.0),
        (r#"background_tasks_total{outcome="succeeded"}"#, 2.0),
        (r#"background_tasks_total{outcome="failed"}"#, 1.0),
        (r#"background_tasks_total{outcome="panicked"}"#, 1.0),
        ("background_tasks_running", 0.0),
        ("background_tasks_waiting", 0.0),
        (r#"event_listener_runs_total{event="sold",listener="count",outcome="failed"}"#, 1.0),
        (r#"rate_limit_requests_total{limit="sales",outcome="allowed"}"#, 2.0),
        (r#"rate_limit_requests_total{limit="sales",outcome="refused"}"#, 1.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in {text}");
    }
    if cfg!(target_os = "linux") {
        for series in
            ["process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_threads"]
        {
            assert!(value(&text, series).is_some_and(|value| value >= 0.0), "{series} in {text}");
        }
        let started = value(&text, "process_start_time_seconds").expect("a time");
        assert!((1.7e9..1e10).contains(&started), "{started}");
    }
    checked_by_promtool(&text);
}

#[fastrail::test]
async fn the_page_stands_behind_a_dependency_and_outside_of_the_document() {
    let client = TestClient::new(app(&Metrics::new())).await;
    client.get("/metrics").await.assert_status(401);
    client.with_bearer("user").get("/metrics").await.assert_status(403);
    let page = client.with_bearer("admin").get("/metrics").await;
    page.assert_status(200).assert_header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    assert!(page.text().contains("# TYPE http_requests_in_flight gauge\nhttp_requests_in_flight 1\n"));
    assert!(client.openapi()["paths"].get("/metrics").is_none());
}

#[fastrail::test]
async fn an_app_adds_metrics_of_its_own() {
    let metrics = Metrics::new();
    let shop = metrics.counter("orders_placed_total", "Orders \\ that\nwere placed", &[("shop", "the \"best\"\n\\")]);
    metrics.counter("orders_placed_total", "", &[("shop", "the \"best\"\n\\")]).add(2);
    shop.add(1);
    let depth = metrics.gauge("queue_jobs", "Jobs that wait", &[]);
    depth.set(3.0);
    depth.add(-1.5);
    metrics.gauge_of("pool_connections", "Connections", &[("state", "idle")], || 4.0);
    let sizes = metrics.histogram("upload_size_bytes", "Sizes", &[("kind", "image")], &[10.0, 100.0]);
    [1.0, 10.0, 11.0, 1000.0].into_iter().for_each(|size| sizes.observe(size));
    let text = metrics.text();
    for (series, expected) in [
        (r#"orders_placed_total{shop="the \"best\"\n\\"}"#, 3.0),
        ("queue_jobs", 1.5),
        (r#"pool_connections{state="idle"}"#, 4.0),
        (r#"upload_size_bytes_bucket{kind="image",le="10"}"#, 2.0),
        (r#"upload_size_bytes_bucket{kind="image",le="100"}"#, 3.0),
        (r#"upload_size_bytes_bucket{kind="image",le="+Inf"}"#, 4.0),
        (r#"upload_size_bytes_sum{kind="image"}"#, 1022.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in {text}");
    }
    checked_by_promtool(&text);
}

#[test]
#[should_panic(expected = "the metric `orders_total` is a Counter already")]
fn a_metric_is_of_one_kind() {
    let metrics = Metrics::new();
    metrics.counter("orders_total", "Orders", &[]);
    metrics.gauge("orders_total", "Orders", &[]);
}

#[fastrail::test]
async fn a_port_of_their_own_shows_connections_and_goes_on_while_the_app_drains() {
    let (main, beside) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (main_at, beside_at) = (main.local_addr().unwrap(), beside.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, is_ready) = oneshot::channel();
    let gate = Gate::default();
    let app = app(&Metrics::new()).state(gate.clone()).include(routes![wait]);
    let serve = fastrail::serve(app)
        .listener(main)
        .metrics_listener(beside)
        .on_ready(|_| ready.send(()).expect("the test waits"))
        .until(async { stopped.await.unwrap_or_default() });
    let ended = tokio::spawn(async move { serve.await });
    is_ready.await.expect("it starts");
    let ask = async |path: &str| {
        let mut stream = TcpStream::connect(beside_at).await.expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        answer
    };
    let mut client = TcpStream::connect(main_at).await.expect("it listens");
    client.write_all(b"POST /items/1 HTTP/1.1\r\nhost: test\r\ncontent-length: 1\r\n\r\n1").await.expect("it reads");
    let mut byte = [0];
    client.read_exact(&mut byte).await.expect("it answers");
    let page = ask("/metrics").await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert_eq!(value(&page, "http_connections"), Some(1.0), "{page}");
    assert_eq!(value(&page, "http_request_body_bytes_total"), Some(1.0));
    assert!(ask("/docs").await.starts_with("HTTP/1.1 404"));
    // A request that runs keeps it from ending.
    let mut slow = TcpStream::connect(main_at).await.expect("it listens");
    slow.write_all(b"GET /wait HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("it reads");
    gate.begun.notified().await;
    stop.send(()).expect("it runs");
    let page = ask("/metrics").await;
    assert_eq!(value(&page, "http_requests_in_flight"), Some(1.0), "{page}");
    gate.go_on.notify_one();
    ended.await.expect("no panic").expect("no error");
    assert!(TcpStream::connect(beside_at).await.is_err(), "it has ended too");
}

#[fastrail::test]
async fn metrics_on_a_port_need_metrics() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = fastrail::serve(App::new("Shop", "1.0.0")).listener(listener).metrics_at("127.0.0.1:0");
    let error = served.until(std::future::pending()).await.expect_err("it counts nothing");
    assert!(error.to_string().contains("App::metrics"), "{error}");
}
