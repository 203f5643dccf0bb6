//! Where settings come from: pairs of names and values, of the environment and of `.env`.

use std::{io, path::Path};

use super::Problem;

/// The pairs to read settings from. Tests hand theirs in; the binary uses [`Sources::load`].
/// It has no `Debug`: values can be secrets.
#[derive(Clone, Default)]
pub struct Sources {
    pub(super) environment: Vec<(String, String)>,
    pub(super) dotenv: Vec<(String, String)>,
    pub(super) problems: Vec<Problem>,
}

impl Sources {
    /// Takes the process's environment and, if there is one, the file `.env` at `path`.
    ///
    /// A variable or line that cannot be read becomes a problem of the settings.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        let mut sources = Self::default();
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        for (name, value) in std::env::vars_os() {
            // Nobody's setting has a name that is no text; a value can, by accident.
            let Ok(name) = name.into_string() else {
                continue;
            };
            match value.into_string() {
                Ok(value) => sources.environment.push((name, value)),
                Err(_) if super::reader::is_ours(&name) => {
                    sources.problem(&name, "is not valid UTF-8");
                }
                Err(_) => {}
            }
        }
        match dotenvy::from_path_iter(path) {
            Ok(pairs) => sources.read_dotenv(pairs),
            Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => sources.problem(".env", "cannot be read"),
        }
        sources
    }

    /// Takes pairs as if they came from the environment.
    #[must_use]
    pub fn from_environment<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let pairs = pairs.into_iter();
        Self { environment: pairs.map(|(name, value)| (name.into(), value.into())).collect(), ..Self::default() }
    }

    /// Adds the text of a `.env` file.
    #[must_use]
    pub fn with_dotenv(mut self, text: &str) -> Self {
        self.read_dotenv(dotenvy::from_read_iter(text.as_bytes()));
        self
    }

    fn read_dotenv<R: io::Read>(&mut self, pairs: dotenvy::Iter<R>) {
        for (index, pair) in pairs.enumerate() {
            match pair {
                Ok(pair) => self.dotenv.push(pair),
                // dotenvy's own message quotes the line, which may hold a secret.
                Err(_) => self.problem(".env", &format!("entry {} cannot be read", index + 1)),
            }
        }
    }

    fn problem(&mut self, name: &str, message: &str) {
        self.problems.push(Problem { name: name.to_owned(), message: message.to_owned() });
    }
}
