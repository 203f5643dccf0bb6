//! `backend keys`: the keys that sign access tokens.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::{database, output::Output};
use crate::services::clock::Clock;
use crate::services::keys::{self, Takeover};
use crate::services::sealing::Sealer;

/// What can be done with them
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make a new key that takes over while the service runs
    ///
    /// Everybody gets to know it first; it signs after six minutes. Tokens of the old keys count until they expire.
    Rotate {
        /// The old keys are in wrong hands: their tokens stop to count within 30 s (logins live on)
        #[arg(long)]
        compromised: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// Does it.
pub(super) async fn run(command: KeysCommand) -> anyhow::Result<()> {
    let KeysCommand::Rotate { compromised, output } = command;
    let (settings, database) = database::open().await?;
    let sealer = Arc::new(Sealer::new(&settings.secret_key));
    let takeover = if compromised { Takeover::AtOnce } else { Takeover::Smooth };
    let auth = &settings.auth;
    // Where there was none yet, that one is as new as can be, and its secret key is checked on the way.
    keys::KeyRing::load(&database, &sealer, auth.algorithm, &Clock::System).await?;
    let rotated =
        keys::rotate(&database, &sealer, auth.algorithm, takeover, auth.access_token_ttl, &Clock::System).await?;
    database.close().await?;
    let keys::RotatedKeys { kid, algorithm, signs_from, old_keys_until } = rotated;
    output.print(
        &json!({
            "kid": kid.to_string(), "algorithm": algorithm, "signs_from": signs_from, "old_keys_until": old_keys_until,
        }),
        &format!(
            "The key {kid} ({algorithm}) signs from {signs_from:?} on.\nTokens of the keys before it count until \
             {old_keys_until:?} at the latest."
        ),
    )
}
