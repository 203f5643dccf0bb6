//! Settings: a typed struct out of the environment, a `.env` file and secret files.
//!
//! A setting is a field of a struct with `#[derive(Deserialize, Schema)]`, read from the variable of its name in capitals
//! and held against the same rules as a parameter. A struct inside the struct is a section: the field `pool_size` of the
//! section `database` is `DATABASE__POOL_SIZE`. Every error is found before the start fails.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::error::{Segment, ValidationError};
use crate::schema::{Entry, Schema, Section, ValidationLimits, validate_sections};

/// Stands between the name of a section and what is in it
const DIVIDER: &str = "__";

/// Sections are looked for so deep where nothing of them is set
const MAX_SECTIONS: usize = 8;

/// A secret file that is longer is none
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Where settings are read from: the process's environment, then a `.env` file, then a folder of secret files
///
/// The first one that knows a setting counts, and an empty value means the default. Variables are found in any case.
/// `__` divides the names of sections, as deep as they go. `#[serde(deny_unknown_fields)]` refuses what the prefix has and the
/// struct has not, so that a misspelt setting is found; it wants a prefix, since other variables belong to others.
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::settings::Environment;
///
/// #[derive(Deserialize, Schema)]
/// struct Settings {
///     admin_email: String, // SHOP_ADMIN_EMAIL
///     database: DatabaseSettings,
/// }
///
/// #[derive(Deserialize, Schema)]
/// struct DatabaseSettings {
///     url: String, // SHOP_DATABASE__URL
///     #[serde(default)]
///     #[schema(le = 100)]
///     pool_size: u32,
/// }
///
/// let variables = [("SHOP_ADMIN_EMAIL", "ada@example.com"), ("SHOP_DATABASE__URL", "sqlite::memory:")];
/// let settings: Settings = Environment::of(variables).prefix("SHOP_").read()?;
/// assert_eq!((settings.admin_email.as_str(), settings.database.pool_size), ("ada@example.com", 0));
///
/// let error = Environment::of([("DATABASE__POOL_SIZE", "101")]).read::<Settings>().err().expect("three errors");
/// assert_eq!(error.problems()[..2], ["ADMIN_EMAIL: Field required", "DATABASE__URL: Field required"]);
/// assert_eq!(error.problems()[2], "DATABASE__POOL_SIZE: Input should be less than or equal to 100");
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
        let mut section = Section::new();
        for (name, value) in self.known()?.into_iter().filter(|(_, value)| !value.is_empty()) {
            insert(&mut section, &name, value);
        }
        read_with_sections(&mut section)
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
        let names: Vec<String> = fields(&error.loc).map(str::to_ascii_uppercase).collect();
        if names.is_empty() {
            return format!("the settings: {}", error.msg);
        }
        format!("{}{}: {}", self.prefix, names.join(DIVIDER), error.msg)
    }
}

/// The names on the way to a setting
fn fields(loc: &[Segment]) -> impl Iterator<Item = &str> {
    loc.iter().skip(1).filter_map(|segment| match segment {
        Segment::Field(name) => Some(name.as_ref()),
        Segment::Index(_) => None,
    })
}

/// Puts a setting into its section; where a name is both, it is a section
fn insert(section: &mut Section, name: &str, value: String) {
    // A name that begins or ends with the divider has no section there.
    let divided = name.split_once(DIVIDER).filter(|(outer, inner)| !outer.is_empty() && !inner.is_empty());
    let Some((outer, inner)) = divided else {
        section.entry(name.to_owned()).or_insert(Entry::Text(value));
        return;
    };
    let entry = section.entry(outer.to_owned()).or_insert_with(|| Entry::Section(Section::new()));
    if let Entry::Text(_) = entry {
        *entry = Entry::Section(Section::new());
    }
    if let Entry::Section(section) = entry {
        insert(section, inner, value);
    }
}

/// Reads the settings; a section of which nothing is set is read as an empty one, so that its own fields are told
fn read_with_sections<T: Schema + DeserializeOwned>(whole: &mut Section) -> Result<T, Vec<ValidationError>> {
    let mut no_sections: Vec<Vec<String>> = Vec::new();
    loop {
        let errors = match validate_sections::<T>(whole, "settings", &ValidationLimits::default()) {
            Ok(settings) => return Ok(settings),
            Err(errors) => errors,
        };
        let place = |error: &ValidationError| fields(&error.loc).map(str::to_owned).collect::<Vec<_>>();
        // A setting that is no section does not take an empty one.
        if let Some(wrong) = errors.iter().map(place).find(|place| is_empty_section(whole, place)) {
            set(whole, &wrong, None);
            no_sections.push(wrong);
            continue;
        }
        let mut missing = errors.iter().filter(|error| error.kind == "missing").map(place);
        match missing.find(|place| place.len() < MAX_SECTIONS && !no_sections.contains(place)) {
            Some(place) => set(whole, &place, Some(Entry::Section(Section::new()))),
            None => return Err(errors),
        }
    }
}

/// The section that holds what is at a place, and its name there
fn holder<'s, 'p>(whole: &'s mut Section, place: &'p [String]) -> Option<(&'s mut Section, &'p String)> {
    let (name, outer) = place.split_last()?;
    let mut section = whole;
    for name in outer {
        let Entry::Section(inner) = section.get_mut(name)? else { return None };
        section = inner;
    }
    Some((section, name))
}

/// Whether an empty section has been put there; variables make none
fn is_empty_section(whole: &mut Section, place: &[String]) -> bool {
    let entry = holder(whole, place).and_then(|(section, name)| section.get(name));
    matches!(entry, Some(Entry::Section(inner)) if inner.is_empty())
}

fn set(whole: &mut Section, place: &[String], entry: Option<Entry>) {
    let Some((section, name)) = holder(whole, place) else { return };
    match entry {
        Some(entry) => section.insert(name.clone(), entry),
        None => section.remove(name),
    };
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
