//! What must not be in a log, a metric, a trace; and what must not break a line.

use fastrail::ExposeSecret;
use fastrail::observability::Metrics;
use fastrail::observability::metrics::metrics_router;
use fastrail::prelude::*;
use fastrail::testing::TestResponse;

use crate::support::watched;

const CANARIES: [&str; 6] =
    ["canary-password", "canary-token", "canary-key", "canary-cookie", "canary-query", "canary-url"];

/// Where the database is
#[derive(Clone, Debug)]
struct Database {
    #[allow(dead_code, reason = "it must not be shown")]
    url: SecretString,
}

#[derive(Schema, Deserialize)]
struct Login {
    #[schema(min_length = 3)]
    name: String,
    password: SecretString,
}

#[post("/login")]
async fn login(login: Login, database: State<Database>) -> Result<String> {
    tracing::info!(?database, "logging in");
    match login.name.as_str() {
        "panics" => panic!("the hinge broke"),
        "fails" => Err(Error::internal("the shelf fell over")),
        _ if login.password.expose_secret().is_empty() => Err(Error::new(400, "Wrong")),
        _ => Ok(login.name),
    }
}

#[get("/me")]
async fn me(token: BearerToken) -> Result<String> {
    if token.expose() == "right" { Ok("me".to_owned()) } else { Err(Error::new(401, "Wrong token")) }
}

/// What machines show
#[derive(Clone, SecurityScheme)]
#[security(api_key(header = "X-API-Key"))]
struct Key(#[allow(dead_code, reason = "it is always wrong")] SecretString);

#[get("/machine")]
async fn machine(_key: Key) -> Result<String> {
    Err(Error::new(403, "Wrong key"))
}

#[post("/say")]
async fn say(words: Vec<String>) -> usize {
    for word in &words {
        tracing::info!(shown = %word, debugged = ?word, text = word.as_str(), "said {word}");
        let _span = tracing::info_span!("saying", %word).entered();
        tracing::info!("in a span");
    }
    words.len()
}

fn app(metrics: &Metrics) -> App {
    App::new("Shop", "1.0.0")
        .errors(ProblemDetails::new())
        .metrics(metrics.clone())
        .state(Database { url: "postgres://shop:canary-url@db/shop".to_owned().into() })
        .include(routes![login, me, machine, say])
        .include(metrics_router())
}

#[fastrail::test]
async fn no_secret_is_in_a_line_an_error_a_metric_or_a_trace() {
    let watched = watched();
    let metrics = Metrics::new();
    let client = TestClient::new(app(&metrics)).await.unchecked();
    let client = client
        .with_header("authorization", "Bearer canary-token")
        .with_header("x-api-key", "canary-key")
        .with_header("cookie", "session=canary-cookie")
        .with_header("x-request-id", "canaries");
    let mut answers = Vec::new();
    for name in ["ada", "panics", "fails", "x"] {
        let body = json!({ "name": name, "password": "canary-password" });
        answers.push(client.post("/login?secret=canary-query").json(&body).await);
    }
    let wrong = json!({ "name": "ada", "password": ["canary-password"] });
    answers.push(client.post("/login").json(&wrong).await);
    answers.push(client.get("/me?secret=canary-query").await);
    answers.push(client.get("/machine").await);
    answers.push(client.get("/nothing?secret=canary-query").await);
    answers.push(client.put("/me?secret=canary-query").await);
    client.background_done().await;
    assert!(watched.lines_of("canaries").len() > 9);
    let everything = [
        watched.text(),
        watched.sent(),
        metrics.text(),
        answers.iter().map(TestResponse::text).collect::<Vec<_>>().join("\n"),
    ]
    .join("\n");
    for canary in CANARIES {
        let line = everything.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary}");
    }
}

#[fastrail::test]
async fn whatever_a_client_sends_stays_on_its_line() {
    let watched = watched();
    let client = TestClient::new(app(&Metrics::new())).await.unchecked();
    let words: Vec<String> = (1_u32..0xa0)
        .chain([0x2028, 0x2029, 0x202e])
        .filter_map(char::from_u32)
        .map(|character| format!("a{character}{{\"level\":\"ERROR\"}}"))
        .collect();
    client.post("/say").header("x-request-id", "words").json(json!(words)).await.assert_status(200);
    let lines = watched.lines_of("words");
    let said: Vec<_> = lines.iter().filter(|line| line["debugged"].is_string()).collect();
    assert_eq!(said.len(), words.len());
    for (line, word) in said.iter().zip(&words) {
        assert_eq!(
            (&line["shown"], &line["text"], &line["message"]),
            (&json!(word), &json!(word), &json!(format!("said {word}")))
        );
        assert_eq!(line["level"], "INFO");
    }
    assert!(lines.iter().any(|line| line["word"] == words[0].as_str()), "a span's field");
    // Ids that would break a line are replaced, and what is in a path is encoded.
    for (name, value) in [("x-request-id", "a b"), ("user-agent", "\u{9b}31m"), ("traceparent", "00-\t-01")] {
        client.get("/%0d%0a%1b%5b31m").header(name, value).await.assert_status(404);
    }
    let hidden =
        |character: char| character.is_control() && character != '\n' || matches!(character, '\u{2028}'..='\u{202e}');
    assert!(!watched.text().contains(hidden));
    watched.lines();
}
