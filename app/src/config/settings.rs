//! All settings together.

use std::path::PathBuf;

use fastrail::settings::{Effective, Problem, Problems, SettingsError, Sources};
use secrecy::SecretString;

use super::{
    AuthSettings, CorsSettings, DatabaseSettings, Environment, FirstAdminSettings, LoggingSettings, MetricsSettings,
    OtelSettings, RateLimitSettings, RedisSettings, ServerSettings, secret_key,
};

/// All settings of the application, valid. Secrets do not show in `Debug` output.
#[derive(Debug, Clone, fastrail::Settings)]
#[settings(check = fit_together)]
pub struct Settings {
    /// development, staging or production
    #[setting(default)]
    pub environment: Environment,
    /// More to see for developers, which is what `LOG_LEVEL=debug` shows; refused in production
    #[setting(default)]
    pub debug: bool,
    /// Folder for the database and other files
    #[setting(default = "./data")]
    pub data_dir: PathBuf,
    /// Whether the documentation is served: not in production, unless it says so
    #[setting(default = !environment.is_production())]
    pub docs_enabled: bool,
    /// What signing keys and the like are encrypted under, at least 32 bytes; development makes one under `DATA_DIR`
    #[setting(default, check = secret_key::is_long)]
    pub secret_key: SecretString,
    /// Where it listens and what it bears.
    pub server: ServerSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// Redis.
    pub redis: RedisSettings,
    /// The log.
    #[setting(flatten)]
    pub logging: LoggingSettings,
    /// What is counted.
    pub metrics: MetricsSettings,
    /// Traces.
    pub otel: OtelSettings,
    /// How often a caller may call.
    pub rate_limit: RateLimitSettings,
    /// Which pages of other origins may call.
    pub cors: CorsSettings,
    /// Tokens, logins and passwords.
    pub auth: AuthSettings,
    /// The first administrator.
    pub first_admin: Option<FirstAdminSettings>,
}

impl Settings {
    /// Reads the process's environment and `.env` in the working directory.
    ///
    /// In development without `SECRET_KEY` this makes the key's file under `DATA_DIR`.
    ///
    /// # Errors
    /// [`SettingsError`] with everything that is wrong.
    pub fn load() -> Result<Self, SettingsError> {
        Self::of(&Self::sources())
    }

    /// Reads the settings from what is handed in.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    ///
    /// # Examples
    /// ```
    /// use app::config::Settings;
    /// use fastrail::settings::Sources;
    ///
    /// let settings = Settings::of(&Sources::of([
    ///     ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
    ///     ("AUTH__ACCESS_TOKEN_TTL", "10m"),
    /// ]))?;
    /// assert_eq!(settings.server.port, 8000);
    /// assert_eq!(settings.auth.access_token_ttl.as_secs(), 600);
    /// # Ok::<(), fastrail::settings::SettingsError>(())
    /// ```
    pub fn of(sources: &Sources) -> Result<Self, SettingsError> {
        let mut settings: Self = sources.read()?;
        // Nothing is written for settings that will not be used.
        if settings.lacks_key() {
            let key = secret_key::load_or_make(&settings.data_dir);
            settings.secret_key = key.map_err(|error| Problem {
                name: "DATA_DIR".to_owned(),
                message: format!("cannot keep the secret key: {error}"),
            })?;
        }
        Ok(settings)
    }

    /// Every setting as [`load`](Self::load) would read it, with its value and where it is from; secrets are masked, and
    /// nothing is made.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn effective() -> Result<Effective, SettingsError> {
        Self::sources().read_effective::<Self>().map(|(_, effective)| effective)
    }

    fn sources() -> Sources {
        Sources::new().file(".env")
    }

    fn lacks_key(&self) -> bool {
        secrecy::ExposeSecret::expose_secret(&self.secret_key).is_empty()
    }
}

/// What no setting can tell alone.
fn fit_together(settings: &Settings, problems: &mut Problems) {
    if settings.debug && settings.environment.is_production() {
        problems.add("DEBUG", "should be false in production");
    }
    if let Some(problem) = secret_key::needed(settings.environment).filter(|_| settings.lacks_key()) {
        problems.add("SECRET_KEY", problem);
    }
}
