//! All settings together.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{
    AuthSettings, DatabaseSettings, Environment, FirstAdminSettings, LoggingSettings, RedisSettings, ServerSettings,
    SettingsError, Sources, reader, reader::Reader, secret_key,
};

/// All settings of the application, valid. Secrets do not show in `Debug` output.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `ENVIRONMENT`: development (the default), staging or production.
    pub environment: Environment,
    /// `DEBUG`: more to see for developers (false), which is what `LOG_LEVEL=debug` shows; refused in production.
    pub debug: bool,
    /// `DATA_DIR`: where files are kept (`./data`).
    pub data_dir: PathBuf,
    /// `DOCS_ENABLED`: whether the documentation is served (true, in production false).
    pub docs_enabled: bool,
    /// `SECRET_KEY`: at least 32 bytes; development makes one under `DATA_DIR`.
    pub secret_key: SecretString,
    /// `HOST`, `PORT` and `SERVER__…`.
    pub server: ServerSettings,
    /// `DATABASE_URL` and `DATABASE__…`.
    pub database: DatabaseSettings,
    /// `REDIS_URL`.
    pub redis: RedisSettings,
    /// `LOG_…`.
    pub logging: LoggingSettings,
    /// `AUTH__…`.
    pub auth: AuthSettings,
    /// `FIRST_ADMIN_…`.
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
        Self::from_sources(Sources::load(Path::new(".env")))
    }

    /// Reads the settings from pairs that are handed in.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    ///
    /// # Examples
    /// ```
    /// use app::config::{Settings, Sources};
    ///
    /// let settings = Settings::from_sources(Sources::from_environment([
    ///     ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
    ///     ("AUTH__ACCESS_TOKEN_TTL", "10m"),
    /// ]))?;
    /// assert_eq!(settings.server.port, 8000);
    /// assert_eq!(settings.auth.access_token_ttl.as_secs(), 600);
    /// # Ok::<(), app::config::SettingsError>(())
    /// ```
    pub fn from_sources(sources: Sources) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(sources);
        let environment = reader.value("ENVIRONMENT", Environment::Development, "development, staging or production");
        let data_dir = PathBuf::from(reader.text("DATA_DIR").unwrap_or("./data"));
        let debug = reader.flag("DEBUG", false);
        if debug && environment.is_production() {
            reader.problem("DEBUG", "should be false in production");
        }
        let secret_key = secret_key::read(&mut reader, environment);
        let mut settings = Self {
            environment,
            debug,
            docs_enabled: reader.flag("DOCS_ENABLED", !environment.is_production()),
            secret_key: secret_key.clone().unwrap_or_default(),
            server: ServerSettings::read(&mut reader),
            database: DatabaseSettings::read(&mut reader, &data_dir),
            redis: RedisSettings::read(&mut reader),
            logging: LoggingSettings::read(&mut reader, environment, debug),
            auth: AuthSettings::read(&mut reader),
            first_admin: FirstAdminSettings::read(&mut reader),
            data_dir,
        };
        // Nothing is written for settings that will not be used.
        if reader.is_sound() && secret_key.is_none() {
            match secret_key::load_or_make(&settings.data_dir) {
                Ok(key) => settings.secret_key = key,
                Err(error) => {
                    reader.problem("DATA_DIR", format!("cannot keep the secret key: {error}"));
                }
            }
        }
        reader.finish(settings)
    }

    /// Every variable's name, in the order of `.env.sample`.
    #[must_use]
    pub const fn names() -> &'static [&'static str] {
        reader::NAMES
    }
}
