//! What mails of the application have in common.

/// Who writes them. Nobody reads what is answered.
pub const SENDER: &str = "no-reply@localhost";

/// The folder under `DATA_DIR` from which a mail server fetches them.
pub const OUTBOX_FOLDER: &str = "outbox";
