//! What every error answer has to be.

use fastrail::testing::TestResponse;
use serde_json::Value;

/// Assertions on an answer that is an error.
pub(crate) trait Answer {
    /// Fails unless it is a whole problem+json (RFC 9457) of this status and code.
    fn assert_problem(&self, status: u16, code: &str) -> Value;
    /// Fails unless it is a 422 with exactly these errors: where, and which.
    fn assert_invalid(&self, errors: &[(&str, &str)]) -> Value;
    /// Fails unless it is exactly `{"error", "error_description"}` (RFC 6749 §5.2).
    fn assert_oauth(&self, status: u16, error: &str) -> Value;
}

impl Answer for TestResponse {
    fn assert_problem(&self, status: u16, code: &str) -> Value {
        self.assert_status(status);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let body: Value = self.json();
        let mut keys = vec!["type", "title", "status", "detail", "instance", "code", "request_id"];
        if status == 422 {
            keys.push("errors");
        }
        let found: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, keys, "{self:?}");
        assert_eq!(body["type"], "about:blank", "{self:?}");
        assert_eq!(body["title"].as_str(), self.status().canonical_reason(), "{self:?}");
        assert_eq!(body["status"], status, "{self:?}");
        assert_eq!(body["code"], code, "{self:?}");
        assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        assert!(body["instance"].as_str().is_some_and(|path| path.starts_with('/')), "{self:?}");
        assert_eq!(body["request_id"].as_str(), self.header("x-request-id"), "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        let challenge = self.header("www-authenticate").unwrap_or_default();
        match status {
            401 => assert!(challenge.starts_with("Bearer"), "{self:?}"),
            403 if code == "forbidden" => {
                assert!(challenge.starts_with(r#"Bearer error="insufficient_scope", scope=""#), "{self:?}")
            }
            _ => assert_eq!(challenge, "", "{self:?}"),
        }
        body
    }

    fn assert_invalid(&self, errors: &[(&str, &str)]) -> Value {
        let body = self.assert_problem(422, "validation_failed");
        let found: Vec<(&str, &str)> = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                let place = error.get("pointer").or_else(|| error.get("location"));
                (place.and_then(Value::as_str).unwrap(), error["code"].as_str().unwrap())
            })
            .collect();
        assert_eq!(found, errors, "{self:?}");
        body
    }

    fn assert_oauth(&self, status: u16, error: &str) -> Value {
        self.assert_status(status).assert_header("content-type", "application/json");
        let body: Value = self.json();
        let found: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, ["error", "error_description"], "{self:?}");
        assert_eq!(body["error"], error, "{self:?}");
        assert!(body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        self.assert_header("cache-control", "no-store");
        body
    }
}
