//! Work after the answer, also from a dependency.

use fastrail::prelude::*;
use std::io::Write;

fn write_log(message: &str) -> std::io::Result<()> {
    std::fs::OpenOptions::new().create(true).append(true).open("log.txt")?.write_all(message.as_bytes())
}

#[dependency(explicit)]
fn get_query(background_tasks: BackgroundTasks, q: Option<String>) -> Option<String> {
    if let Some(q) = q.clone() {
        background_tasks.add_blocking(move || write_log(&format!("found query: {q}\n")));
    }
    q
}

#[post("/send-notification/{email}")]
async fn send_notification(
    email: String,
    background_tasks: BackgroundTasks,
    #[depends(get_query)] q: Option<String>,
) -> Value {
    background_tasks.add_blocking(move || write_log(&format!("message to {email}\n")));
    json!({ "message": "Message sent" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![send_notification])
}
