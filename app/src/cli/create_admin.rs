//! `backend create-admin`: an administrator, made at the machine.

use clap::Args;
use fastrail::security::PasswordHasher;
use serde_json::json;

use super::{database, output::Output, prompt};
use crate::models::{EmailAddress, Username};
use crate::services::bootstrap;
use crate::services::clock::Clock;
use crate::services::users::NewUser;

/// Who it will be
#[derive(Debug, Args)]
pub(super) struct CreateAdmin {
    /// The e-mail address; asked for when missing
    #[arg(long)]
    email: Option<EmailAddress>,
    /// The username; asked for when missing
    #[arg(long)]
    username: Option<Username>,
    #[command(flatten)]
    output: Output,
}

/// Asks what is missing, the password always, and makes the administrator.
pub(super) async fn run(wanted: CreateAdmin) -> anyhow::Result<()> {
    // The database first: nobody types a password for settings that are wrong.
    let (_, database) = database::open().await?;
    let email = wanted.email.map_or_else(|| prompt::ask("E-mail address"), Ok)?;
    let username = wanted.username.map_or_else(|| prompt::ask("Username"), Ok)?;
    let password = prompt::ask_password()?;
    let new = NewUser { email, username, password, full_name: None, is_active: true };
    let user = bootstrap::create_admin(&database, &PasswordHasher::with_bounds(1, 0), &Clock::System, new).await?;
    database.close().await?;
    wanted.output.print(
        &json!({ "id": user.id.to_string(), "username": user.username.as_str(), "email": user.email.as_str() }),
        &format!("The administrator {} was made.", user.username.as_str()),
    )
}
