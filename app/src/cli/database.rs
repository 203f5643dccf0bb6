//! The settings and the database, for commands that work beside a running service or before its first start.

use crate::application::database_options;
use crate::config::Settings;
use crate::migrations;
use crate::repositories::Database;
use crate::services::bootstrap;
use crate::services::clock::Clock;
use secrecy::ExposeSecret;

/// Reads the settings, brings the schema up to date, and sees that roles are there.
pub(super) async fn open() -> anyhow::Result<(Settings, Database)> {
    let settings = Settings::load()?;
    migrations::apply(settings.database.url.expose_secret()).await?;
    let database = Database::connect(&database_options(&settings.database)).await?;
    bootstrap::seed_roles(&database, &Clock::System).await?;
    Ok((settings, database))
}
