//! Dependencies that are made at the same time.

use std::sync::Arc;

use fastrail::prelude::*;
use serde_json::{Value, json};
use tokio::sync::{Barrier, mpsc};

use crate::dependencies::Log;
use crate::support::problems;

/// Where two meet that run at the same time; one after the other they would wait for ever
#[derive(Clone)]
struct Meeting(Arc<Barrier>);

#[derive(Clone)]
struct Base(u32);

#[dependency(teardown = end_base)]
async fn base(log: State<Log>, #[query(default = 1)] base: u32) -> Base {
    log.note("base");
    Base(base)
}

async fn end_base(_: Base, outcome: Outcome) -> Result<(), Error> {
    if outcome.is_success() { Ok(()) } else { Err(Error::internal("it is logged")) }
}

/// Ends with a line in the log
macro_rules! side {
    ($make:ident $Side:ident $end:ident $wrong:literal) => {
        #[derive(Clone)]
        struct $Side(u32, Log);

        #[dependency(teardown = $end)]
        async fn $make(
            base: Base,
            log: State<Log>,
            meeting: State<Meeting>,
            #[query(default)] wrong: String,
        ) -> Result<$Side, Error> {
            let side = $Side(base.0, log.0);
            if wrong == "cancel" {
                return Ok(side);
            }
            meeting.0.0.wait().await;
            if wrong.contains($wrong) { Err(Error::new(409, $wrong)) } else { Ok(side) }
        }

        async fn $end(side: $Side, outcome: Outcome) {
            side.1.note(format!("{} {outcome:?}", stringify!($make)));
        }
    };
}

side!(left Left end_left "L");
side!(right Right end_right "R");

#[get("/both")]
async fn both(base: Base, Join((left, right)): Join<(Left, Right)>, again: Left) -> Value {
    json!([base.0, left.0, right.0, again.0])
}

fn app(log: &Log) -> App {
    let meeting = Meeting(Arc::new(Barrier::new(2)));
    App::new("T", "1").include(routes![both]).state(log.clone()).state(meeting)
}

#[fastrail::test]
async fn they_run_at_the_same_time_and_share_what_was_made_before() {
    let log = Log::default();
    let client = TestClient::new(app(&log)).await;
    client.get("/both?base=3").await.assert_status(200).assert_json(json!([3, 3, 3, 3]));
    let all = ["base", "right Success(200)", "left Success(200)"];
    assert_eq!(log.take(), all, "`left` is made once, and they end last declared first");
    client.get("/both?base=x").await.assert_status(422);
    assert_eq!(log.take(), Vec::<String>::new());
    let parameters = client.openapi()["paths"]["/both"]["get"]["parameters"].clone();
    let names: Vec<&Value> = parameters.as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["base", "wrong"]);
}

#[fastrail::test]
async fn the_first_declared_error_is_the_answer_and_the_others_are_torn_down() {
    let log = Log::default();
    let client = TestClient::new(app(&log)).await;
    client.get("/both?wrong=RL").await.assert_status(409).assert_json(json!({ "detail": "L" }));
    assert_eq!(log.take(), ["base"]);
    client.get("/both?wrong=R").await.assert_status(409).assert_json(json!({ "detail": "R" }));
    assert_eq!(log.take(), ["base", "left Failure(409)"]);
}

#[fastrail::test]
async fn an_override_replaces_one_of_them() {
    let log = Log::default();
    let made = log.clone();
    let app = app(&log).state(Meeting(Arc::new(Barrier::new(1)))).override_dependency(move || {
        let log = made.clone();
        async { Ok(Right(50, log)) }
    });
    let client = TestClient::new(app).await;
    client.get("/both").await.assert_status(200).assert_json(json!([1, 1, 50, 1]));
    assert_eq!(log.take(), ["base", "left Success(200)"]);
}

/// Never ends
#[derive(Clone)]
struct Stuck;

#[dependency]
async fn stuck(started: State<mpsc::UnboundedSender<()>>) -> Stuck {
    started.send(()).expect("the test listens");
    std::future::pending().await
}

#[get("/cancelled")]
async fn cancelled(base: Base, Join((_left, _stuck)): Join<(Left, Stuck)>, right: Right) -> u32 {
    base.0 + right.0
}

#[fastrail::test]
async fn what_was_made_before_the_client_left_is_torn_down() {
    let log = Log::default();
    let (started, mut has_started) = mpsc::unbounded_channel::<()>();
    let app = app(&log).include(routes![cancelled]).state(started);
    let client = TestClient::new(app).await;
    let asking = client.clone();
    let request = tokio::spawn(async move { asking.get("/cancelled?wrong=cancel").await.status() });
    has_started.recv().await.expect("it starts");
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));
    client.shutdown().await;
    assert_eq!(log.take(), ["base", "left Cancelled"]);
}

#[fastrail::test]
async fn what_is_not_independent_does_not_build() {
    #[get("/shared")]
    async fn shared(_both: Join<(Left, Right)>, _base: Base) {}
    #[derive(Clone, Dependency)]
    struct Raw {
        _body: ExtractBody<String>,
    }
    #[derive(Clone, Dependency)]
    struct Nothing;
    #[post("/raw")]
    async fn raw(_raw: Join<(Raw, Nothing)>) {}
    let log = Log::default();
    let told = problems(app(&log).include(routes![shared, raw]));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("`shared`") && told[0].contains("not independent"), "{told:?}");
    assert!(told[1].contains("`raw`") && told[1].contains("unread body"), "{told:?}");
}
