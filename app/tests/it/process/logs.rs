//! What is logged; `canaries.rs` holds what never is.

use serde_json::{Value, json};

use super::backend::Backend;

#[test]
fn each_request_has_one_line_of_json_with_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), &[("LOG_FORMAT", "json")]);
    backend.get("/health/live?secret=1", "").expect(200);
    let unknown = backend.get("/api/v1/users/me", "").expect(401);
    let id = unknown.text("request_id");
    assert!(unknown.head.contains(&format!("x-request-id: {id}")), "{unknown:?}");
    let (stdout, _) = backend.stop();
    let lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(answered.len(), 2, "{stdout}");
    assert_eq!((&answered[0]["path"], &answered[0]["status"]), (&json!("/health/live"), &json!(200)));
    assert_eq!((&answered[1]["route"], &answered[1]["status"]), (&json!("/api/v1/users/me"), &json!(401)));
    assert_eq!(answered[1]["request_id"], id.as_str());
}
