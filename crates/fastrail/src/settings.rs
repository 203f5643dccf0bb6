//! Settings: a typed struct out of the environment, a `.env` file and secret files.
//!
//! A setting is a field of a struct with `#[derive(Deserialize, Schema)]`, read from the variable of its name in capitals
//! and held against the same rules as a parameter. Every error is found before the start fails.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::error::{Segment, ValidationError};
use crate::schema::{Generator, KeyStyle, Schema, ValidationLimits, validate_text};

/// A secret file that is longer is none
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Where settings are read from: the process's environment, then a `.env` file, then a folder of secret files
///
/// The first one that knows a setting counts, and an empty value means the default. Variables are found in any case.
/// A section is a struct with a prefix of its own. `#[serde(deny_unknown_fields)]` refuses what the prefix has and the
/// struct has not, so that a misspelt setting is found; it wants a prefix, since other variables belong to others.
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::settings::Environment;
///
/// #[derive(Deserialize, Schema)]
/// struct Settings {
///     admin_email: String, // SHOP_ADMIN_EMAIL
///     #[serde(default)]
///     #[schema(le = 100)]
///     items_per_user: u32,
/// }
///
/// let environment = Environment::of([("SHOP_ADMIN_EMAIL", "ada@example.com")]).prefix("SHOP_");
/// let settings: Settings = environment.read()?;
/// assert_eq!(settings.admin_email, "ada@example.com");
///
/// let error = Environment::of([("ITEMS_PER_USER", "101")]).read::<Settings>().err().expect("two errors");
/// assert_eq!(
///     error.to_string(),
///     "the settings do not fit\n  ADMIN_EMAIL: Field required\n  ITEMS_PER_USER: Input should be less than or equal to 100"
/// );
/// # Ok::<(), fastrail::settings::SettingsError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Environment {
    prefix: String,
    variables: Option<Vec<(String, String)>>,
    file: Option<PathBuf>,
    secrets: Option<PathBuf>,
}

impl Environment {
    /// The process's environment
    pub fn new() -> Self {
        Self::default()
    }

    /// These variables in place of the process's, for tests
    pub fn of<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables: Some(variables), ..Self::default() }
    }

    /// What the names of all variables begin with, such as `SHOP_`; also those of the file and of the secret files
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Reads also this file of `NAME=value` lines, where it exists
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Reads also the files in this folder, such as `/run/secrets`: a file's name is the variable, its text the value
    #[must_use]
    pub fn secrets(mut self, folder: impl Into<PathBuf>) -> Self {
        self.secrets = Some(folder.into());
        self
    }

    /// Reads the settings
    ///
    /// # Errors
    /// Every setting that is missing or wrong, by the name of its variable, with secrets masked; or a file that cannot
    /// be read.
    pub fn read<T: Schema + DeserializeOwned>(&self) -> Result<T, SettingsError> {
        let known = self.known()?;
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = known
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
            .collect();
        let always = Generator::lossy::<T>();
        validate_text(&pairs, "settings", KeyStyle::Exact, &ValidationLimits::default(), always)
            .map_err(|errors| SettingsError { problems: errors.iter().map(|error| self.problem(error)).collect() })
    }

    /// Every variable with the prefix, by the name of its field
    fn known(&self) -> Result<BTreeMap<String, String>, SettingsError> {
        let mut known = BTreeMap::new();
        let mut add = |name: &str, value: String| {
            let field = match name.get(..self.prefix.len()) {
                Some(start) if start.eq_ignore_ascii_case(&self.prefix) => &name[self.prefix.len()..],
                _ => return,
            };
            known.entry(field.to_ascii_lowercase()).or_insert(value);
        };
        match &self.variables {
            Some(variables) => variables.iter().for_each(|(name, value)| add(name, value.clone())),
            None => process_variables().for_each(|(name, value)| add(&name, value)),
        }
        if let Some(path) = self.file.as_deref().filter(|path| path.exists()) {
            let lines = dotenvy::from_path_iter(path).map_err(|error| unreadable(path, &error))?;
            for line in lines {
                let (name, value) = line.map_err(|error| unreadable(path, &error))?;
                add(&name, value);
            }
        }
        if let Some(folder) = self.secrets.as_deref().filter(|folder| folder.exists()) {
            for (name, value) in secret_files(folder)? {
                add(&name, value);
            }
        }
        Ok(known)
    }

    /// One error by the name of the variable
    fn problem(&self, error: &ValidationError) -> String {
        let name = match error.loc.get(1) {
            Some(Segment::Field(name)) => format!("{}{}", self.prefix, name.to_ascii_uppercase()),
            _ => "the settings".to_owned(),
        };
        format!("{name}: {}", error.msg)
    }
}

/// A variable that is no text is nobody's setting
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
fn process_variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn secret_files(folder: &Path) -> Result<Vec<(String, String)>, SettingsError> {
    let mut secrets = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let metadata = std::fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
        let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        if !metadata.is_file() || metadata.len() > MAX_SECRET_BYTES {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        secrets.push((name, text.trim_end_matches(['\n', '\r']).to_owned()));
    }
    Ok(secrets)
}

fn unreadable(path: &Path, error: &dyn fmt::Display) -> SettingsError {
    SettingsError { problems: vec![format!("{}: {error}", path.display())] }
}

/// Why settings cannot be used: each problem by the name of its variable, never with a value
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    problems: Vec<String>,
}

impl SettingsError {
    /// Every problem, such as `ADMIN_EMAIL: Field required`
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings do not fit")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for SettingsError {}
