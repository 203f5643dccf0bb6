//! The outbox: a folder of mails (RFC 5322), for a mail server to fetch. Never sends one itself.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, MIME_VERSION_1_0},
    },
};

use crate::{
    constants::{application::NAME, mail},
    models::User,
};

/// Why a mail is not in the outbox. It tells no address.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The user's address is none that a mail can have.
    #[error("no mail can be written to the user's address")]
    Address,
    /// The mail could not be composed.
    #[error("the mail cannot be composed")]
    Message,
    /// The file could not be written.
    #[error("the outbox cannot be written: {0}")]
    File(#[from] io::Error),
}

/// The folder of mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: Arc<Path>,
}

impl Outbox {
    /// The outbox in this folder, which is made with the first mail.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into().into() }
    }

    /// Writes a welcome to a new user. Said twice of one user it is the same mail, once.
    ///
    /// # Errors
    /// [`OutboxError`].
    pub async fn send_welcome(&self, user: User) -> Result<(), OutboxError> {
        let folder = Arc::clone(&self.folder);
        let written = tokio::task::spawn_blocking(move || {
            let name = format!("welcome-{}", user.id);
            write(&folder, &name, &welcome(&user)?)
        });
        written.await.map_err(io::Error::other)?
    }
}

fn welcome(user: &User) -> Result<Vec<u8>, OutboxError> {
    let address: Address = user.email.as_str().parse().map_err(|_| OutboxError::Address)?;
    let sender: Address = mail::SENDER.parse().map_err(|_| OutboxError::Address)?;
    let full_name = user.full_name.as_ref().map(|name| name.as_str().to_owned());
    let greeted = full_name.as_deref().unwrap_or(user.username.as_str());
    let text = format!("Hello {greeted},\r\n\r\nyour account `{}` is ready.\r\n", user.username);
    let message = Message::builder()
        // As constant as the account, so that whoever sees the mail twice sees one.
        .message_id(Some(format!("<welcome.{}@{}>", user.id, sender.domain())))
        .date(SystemTime::from(user.created_at))
        .from(Mailbox::new(Some(NAME.to_owned()), sender))
        .to(Mailbox::new(full_name, address))
        .subject(format!("Welcome to {NAME}"))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|_| OutboxError::Message)?;
    Ok(message.formatted())
}

/// Writes a mail under another name first, so that nobody fetches the half of one.
fn write(folder: &Path, name: &str, mail: &[u8]) -> Result<(), OutboxError> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = File::create(&unfinished)?;
    file.write_all(mail)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(format!("{name}.eml")))?;
    Ok(())
}
