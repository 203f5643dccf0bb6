//! Work after the answer.

use fastrail::prelude::*;

fn write_notification(email: &str, message: &str) -> std::io::Result<()> {
    std::fs::write("log.txt", format!("notification for {email}: {message}"))
}

#[post("/send-notification/{email}")]
async fn send_notification(email: String, background_tasks: BackgroundTasks) -> Value {
    background_tasks.add_blocking(move || write_notification(&email, "some notification"));
    json!({ "message": "Notification sent in the background" })
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![send_notification])
}
