//! Path operations: methods, routers, replies.

use fastrail::prelude::*;

// ANCHOR: options
/// Make a note
///
/// The first line of the comment is the summary, the rest the description.
#[post("/notes", status = 201, tags("notes"))]
async fn create_note(body: Note) -> Note {
    body
}
// ANCHOR_END: options

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
pub struct Note {
    pub text: String,
}

// ANCHOR: methods
#[put("/notes/{id}")]
#[patch("/notes/{id}")]
async fn replace_note(id: u64, body: Note) -> Note {
    Note { text: format!("{id}: {}", body.text) }
}
// ANCHOR_END: methods

// ANCHOR: blocking
#[get("/report")]
fn report() -> PlainText {
    PlainText("made on the blocking pool".to_owned())
}
// ANCHOR_END: blocking

// ANCHOR: replies
#[delete("/notes/{id}")]
async fn delete_note(id: u64) {
    let _ = id; // `()` is 204 without a body
}

#[get("/old")]
async fn old() -> Redirect {
    Redirect::to("/notes/1")
}

#[post("/theme")]
async fn set_theme() -> (SetCookie, NoContent) {
    (SetCookie::new("theme", "dark"), NoContent)
}

#[get("/maybe")]
async fn maybe() -> (StatusCode, Note) {
    (StatusCode::ACCEPTED, Note { text: "later".to_owned() })
}
// ANCHOR_END: replies

// ANCHOR: routers
pub fn app() -> App {
    let notes = Router::new("/api/v1").tags(["v1"]).include(routes![
        create_note,
        replace_note,
        report,
        delete_note,
        old,
        set_theme,
        maybe
    ]);
    App::new("Notes", "1.0.0").include(notes)
}
// ANCHOR_END: routers

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[fastrail::test]
    async fn every_sample_answers() {
        let client = TestClient::new(app()).await;
        let note = json!({ "text": "milk" });
        client.post("/api/v1/notes").json(&note).await.assert_status(201).assert_json(&note);
        client.put("/api/v1/notes/7").json(&note).await.assert_json(json!({ "text": "7: milk" }));
        client.patch("/api/v1/notes/7").json(&note).await.assert_json(json!({ "text": "7: milk" }));
        client.get("/api/v1/report").await.assert_header("content-type", "text/plain; charset=utf-8");
        client.delete("/api/v1/notes/7").await.assert_status(204);
        client.get("/api/v1/old").await.assert_status(307).assert_header("location", "/notes/1");
        let theme = client.post("/api/v1/theme").await;
        assert_eq!(theme.header("set-cookie"), Some("theme=dark; HttpOnly; SameSite=Lax; Secure; Path=/"));
        client.unchecked().get("/api/v1/maybe").await.assert_status(202);
        client.get("/api/v1/notes").await.assert_status(405).assert_header("allow", "POST");
    }

    // ANCHOR: callable
    #[fastrail::test]
    async fn an_operation_is_still_a_fn() {
        let note = Note { text: "milk".to_owned() };
        assert_eq!(create_note(note.clone()).await, note);
    }
    // ANCHOR_END: callable
}
