//! Where settings come from: the environment, a `.env` file, a folder of secret files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::{Effective, Problems, Reader, Settings, SettingsError, Source};

/// A secret file that is longer is none
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Where settings are read from: the process's environment, then a `.env` file, then a folder of secret files
///
/// The first one that knows a setting counts, and an empty value means the default. Variables are found in any case of
/// letters. A name that is no setting is refused where it must be meant for the program: anywhere in the `.env` file, and
/// elsewhere if it has the prefix or belongs to a section (`SERVER__PROT`).
#[derive(Clone, Default)]
pub struct Sources {
    prefix: String,
    variables: Option<Vec<(String, String)>>,
    file: Option<PathBuf>,
    secrets: Option<PathBuf>,
}

/// A variable that is set
pub(super) struct Variable {
    /// In capitals
    pub(super) name: String,
    /// Nothing where it is no UTF-8
    pub(super) value: Option<String>,
    pub(super) source: Source,
    /// Whether whatever stands there is meant for the program
    pub(super) is_ours: bool,
}

impl Sources {
    /// The process's environment
    #[must_use]
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
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = prefix.to_ascii_uppercase();
        self
    }

    /// Reads also this file of `NAME=value` lines, where it exists
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Reads also the files in this folder, such as `/run/secrets`, where it exists: a file's name is the variable, its
    /// text without the line's end the value; at most 64 KiB
    #[must_use]
    pub fn secrets(mut self, folder: impl Into<PathBuf>) -> Self {
        self.secrets = Some(folder.into());
        self
    }

    /// Reads the settings
    ///
    /// # Errors
    /// Everything that is missing, wrong or unknown, by the names of the variables, and each file that cannot be read;
    /// never a secret.
    pub fn read<T: Settings>(&self) -> Result<T, SettingsError> {
        self.read_effective().map(|(settings, _)| settings)
    }

    /// Reads the settings, and tells each with its value and where it is from, secrets masked
    ///
    /// ```
    /// use fastrail::prelude::*;
    /// use fastrail::settings::Sources;
    ///
    /// #[derive(Debug, Settings)]
    /// struct Shop {
    ///     #[setting(default = 8000)]
    ///     port: u16,
    ///     secret_key: SecretString,
    /// }
    ///
    /// let (_, effective) = Sources::of([("SECRET_KEY", "hush")]).read_effective::<Shop>()?;
    /// assert_eq!(effective.to_string(), "PORT       = 8000  (default)\nSECRET_KEY = ********  (the environment)\n");
    /// # Ok::<(), fastrail::settings::SettingsError>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_effective<T: Settings>(&self) -> Result<(T, Effective), SettingsError> {
        let mut problems = Problems::new(&self.prefix);
        let variables = self.variables(&mut problems);
        Reader::new(self.prefix.clone(), variables, problems).read()
    }

    /// Every variable that is set, the sources that count first first
    fn variables(&self, problems: &mut Problems) -> Vec<Variable> {
        let mut variables = match &self.variables {
            Some(variables) => variables.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect(),
            None => process_variables(),
        };
        // Of `PORT` and `Port`, the one that is written as documented.
        variables.sort_by_key(|(name, _)| *name != name.to_ascii_uppercase());
        let of = |(name, value): (String, Option<String>), source: Source, is_ours| Variable {
            name: name.to_ascii_uppercase(),
            value,
            source,
            is_ours,
        };
        let mut found: Vec<Variable> = variables.into_iter().map(|pair| of(pair, Source::Environment, false)).collect();
        if let Some(path) = &self.file {
            for (name, value) in dotenv(path, problems) {
                found.push(of((name, Some(value)), Source::File(path.clone()), self.prefix.is_empty()));
            }
        }
        if let Some(folder) = self.secrets.as_ref().filter(|folder| folder.exists()) {
            match secret_files(folder) {
                Ok(files) => found
                    .extend(files.into_iter().map(|(path, name, value)| of((name, value), Source::File(path), false))),
                Err(error) => problems.note(folder.display().to_string(), format!("cannot be read: {error}")),
            }
        }
        found
    }
}

/// Without the variables, which may be secrets
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { prefix, file, secrets, .. } = self;
        f.debug_struct("Sources")
            .field("prefix", prefix)
            .field("file", file)
            .field("secrets", secrets)
            .finish_non_exhaustive()
    }
}

/// A variable whose name is no text is nobody's setting; a value can be so by accident
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
fn process_variables() -> Vec<(String, Option<String>)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()))).collect()
}

fn dotenv(path: &Path, problems: &mut Problems) -> Vec<(String, String)> {
    let name = path.display().to_string();
    let entries = match dotenvy::from_path_iter(path) {
        Ok(entries) => entries,
        Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(_) => {
            problems.note(name, "cannot be read".to_owned());
            return Vec::new();
        }
    };
    let mut pairs = Vec::new();
    for (index, entry) in entries.enumerate() {
        match entry {
            Ok(pair) => pairs.push(pair),
            // It would fail again for ever, as a folder does.
            Err(dotenvy::Error::Io(error)) => {
                problems.note(name, format!("cannot be read: {error}"));
                return pairs;
            }
            // dotenvy's own message quotes the line, which may hold a secret.
            Err(_) => problems.note(name.clone(), format!("entry {} cannot be read", index + 1)),
        }
    }
    pairs
}

/// The files of a folder, with their names and texts
fn secret_files(folder: &Path) -> io::Result<Vec<(PathBuf, String, Option<String>)>> {
    let mut secrets = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let metadata = std::fs::metadata(&path)?;
        let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        if !metadata.is_file() || metadata.len() > MAX_SECRET_BYTES {
            continue;
        }
        let text = String::from_utf8(std::fs::read(&path)?).ok();
        secrets.push((path, name, text.map(|text| text.trim_end_matches(['\n', '\r']).to_owned())));
    }
    Ok(secrets)
}
