//! `backend users`: the accounts, at the machine.

use anyhow::anyhow;
use clap::{Args, Subcommand};
use fastrail::security::PasswordHasher;
use serde_json::{Value, json};

use super::{database, output::Output, prompt};
use crate::models::{PageRequest, RoleName, User, UserId, user::UserFilter};
use crate::repositories::{Database, Session, UserRepository};
use crate::services::clock::Clock;
use crate::services::users::{UserChanges, UserService};

/// What can be done with them
#[derive(Debug, Subcommand)]
pub(super) enum UsersCommand {
    /// List users, the oldest first; with --json a line each
    List {
        /// Only those with this in username, e-mail address or full name
        #[arg(long)]
        q: Option<String>,
        /// Only those who have this role
        #[arg(long)]
        role: Option<RoleName>,
        /// Deleted ones too
        #[arg(long)]
        include_deleted: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Let a user log in again
    Activate(One),
    /// Log a user out everywhere, at once and until further notice
    Deactivate(One),
    /// Delete a user; the account can be restored
    Delete(One),
    /// Take a deletion back, by the id that `users list --include-deleted` shows
    Restore(One),
    /// Give a user another password and log them out everywhere
    SetPassword(One),
}

/// Whom
#[derive(Debug, Args)]
pub(super) struct One {
    /// A username, an e-mail address or an id
    user: String,
    #[command(flatten)]
    output: Output,
}

/// Does it.
pub(super) async fn run(command: UsersCommand) -> anyhow::Result<()> {
    let (_, database) = database::open().await?;
    let done = match command {
        UsersCommand::List { q, role, include_deleted, output } => {
            let filter = UserFilter { q, role, include_deleted, ..UserFilter::default() };
            list(&database, &filter, output).await
        }
        UsersCommand::Activate(one) => change(&database, one, Change::Active(true)).await,
        UsersCommand::Deactivate(one) => change(&database, one, Change::Active(false)).await,
        UsersCommand::Delete(one) => change(&database, one, Change::Delete).await,
        UsersCommand::Restore(one) => change(&database, one, Change::Restore).await,
        UsersCommand::SetPassword(one) => change(&database, one, Change::Password).await,
    };
    database.close().await?;
    done
}

enum Change {
    Active(bool),
    Delete,
    Restore,
    Password,
}

async fn list(database: &Database, filter: &UserFilter, output: Output) -> anyhow::Result<()> {
    let users = UserRepository::new(database.read_session());
    for number in 1.. {
        let page = users.list(filter, &Default::default(), PageRequest::new(number, 100)?).await?;
        for user in &page.items {
            output.print(&shown(user), &line(user))?;
        }
        if u64::from(number) >= page.total_pages() {
            break;
        }
    }
    Ok(())
}

async fn change(database: &Database, one: One, change: Change) -> anyhow::Result<()> {
    let user = find(database, &one.user).await?;
    let session = database.session();
    let users = UserService::new(session.clone(), PasswordHasher::with_bounds(1, 0), Clock::System);
    let user = apply(&users, user, change).await?;
    session.commit().await?;
    one.output.print(&shown(&user), &line(&user))
}

async fn apply(users: &UserService<Session>, user: User, change: Change) -> anyhow::Result<User> {
    Ok(match change {
        Change::Active(is_active) => {
            users.update(user.id, UserChanges { is_active: Some(is_active), ..UserChanges::default() }).await?
        }
        Change::Delete => users.delete(user.id).await.map(|()| user)?,
        Change::Restore => users.restore(user.id).await?,
        Change::Password => users.set_password(user.id, &prompt::ask_password()?).await?,
    })
}

async fn find(database: &Database, text: &str) -> anyhow::Result<User> {
    let users = UserRepository::new(database.read_session());
    let user = match text.parse::<UserId>() {
        Ok(id) => users.get_by_id_with_deleted(id).await?,
        Err(_) => users.get_by_login(text).await?,
    };
    user.ok_or_else(|| anyhow!("there is no user '{text}'"))
}

fn shown(user: &User) -> Value {
    json!({
        "id": user.id.to_string(), "username": user.username.as_str(), "email": user.email.as_str(),
        "is_active": user.is_active, "created_at": user.created_at, "deleted_at": user.deleted_at,
    })
}

fn line(user: &User) -> String {
    let state = match (user.deleted_at, user.is_active) {
        (Some(_), _) => "deleted",
        (None, true) => "active",
        (None, false) => "inactive",
    };
    format!("{}  {state:8}  {:20}  {}", user.id, user.username.as_str(), user.email.as_str())
}
