//! Spans, as a collector gets them.

use fastrail::prelude::*;

use crate::collector::Received;
use crate::support::watched;

#[get("/items/{item_id}")]
async fn read_item(item_id: i64) -> Result<i64> {
    let _span = tracing::info_span!("look_up", item_id).entered();
    match item_id {
        1 => Ok(1),
        _ => Err(Error::internal("the shelf fell over")),
    }
}

async fn ask(id: &str, path: &str, traceparent: Option<&str>) -> Vec<Received> {
    let watched = watched();
    let client = TestClient::new(App::new("Shop", "1.0.0").include(routes![read_item])).await.unchecked();
    let mut request = client.get(path).header("x-request-id", id);
    if let Some(parent) = traceparent {
        request = request.header("traceparent", parent);
    }
    request.await;
    let spans = watched.spans();
    let trace = spans.iter().find(|span| span.attribute("request_id") == Some(id)).map(|span| span.trace.clone());
    spans.into_iter().filter(|span| trace.as_ref() == Some(&span.trace)).collect()
}

#[fastrail::test]
async fn a_request_is_a_server_span_by_the_conventions_and_the_programs_own_spans_are_below_it() {
    let spans = ask("spans-1", "/items/1?token=1", None).await;
    let server = spans.iter().find(|span| span.kind == 2).expect("a server span");
    assert_eq!((server.name.as_str(), server.parent.as_str(), server.is_error), ("GET /items/{item_id}", "", false));
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/items/{item_id}"),
        ("http.response.status_code", "200"),
        ("url.path", "/items/1"),
        ("url.scheme", "http"),
    ] {
        assert_eq!(server.attribute(name), Some(value), "{name}");
    }
    assert!(server.service.contains(&("service.name".to_owned(), "shop".to_owned())), "{:?}", server.service);
    assert!(server.service.contains(&("service.version".to_owned(), "1.2.3".to_owned())));
    let inner = spans.iter().find(|span| span.name == "look_up").expect("the program's own span");
    assert_eq!((&inner.parent, inner.attribute("item_id")), (&server.id, Some("1")));
    assert_eq!(watched().access("spans-1")["trace_id"], server.trace.as_str());
}

#[fastrail::test]
async fn only_our_own_faults_are_errors_of_the_span() {
    let failed = ask("spans-500", "/items/2", None).await;
    assert!(failed.iter().any(|span| span.is_error && span.attribute("error.type") == Some("500")), "{failed:?}");
    let unknown = ask("spans-404", "/nothing/here", None).await;
    let server = unknown.iter().find(|span| span.kind == 2).expect("a server span");
    assert_eq!((server.name.as_str(), server.is_error, server.attribute("http.route")), ("GET", false, None));
}

#[fastrail::test]
async fn what_the_caller_does_not_sample_is_not_sent_but_its_id_is_logged() {
    let parent = "00-11111111111111111111111111111111-2222222222222222-00";
    assert!(ask("unsampled", "/items/1", Some(parent)).await.is_empty());
    assert_eq!(watched().access("unsampled")["trace_id"], "11111111111111111111111111111111");
    let broken = "00-11111111111111111111111111111111-0000000000000000-01";
    let spans = ask("broken-parent", "/items/1", Some(broken)).await;
    assert!(spans.iter().all(|span| span.trace != "11111111111111111111111111111111") && !spans.is_empty());
}
