//! Reads one variable after another, remembers what was wrong, and knows every name there is.

use std::{collections::BTreeMap, str::FromStr};

use secrecy::SecretString;

use super::{Problem, SettingsError, Sources};

/// Every variable that means something. `.env.sample` is tested against it.
pub(super) const NAMES: &[&str] = &[
    "HOST",
    "PORT",
    "WORKERS",
    "DATA_DIR",
    "DATABASE_URL",
    "REDIS_URL",
    "ENVIRONMENT",
    "DEBUG",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "SECRET_KEY",
    "DOCS_ENABLED",
    "FIRST_ADMIN_EMAIL",
    "FIRST_ADMIN_PASSWORD",
    "SERVER__SOCKET",
    "SERVER__REUSE_PORT",
    "SERVER__HANDOVER_SOCKET",
    "SERVER__TRUSTED_PROXIES",
    "SERVER__ROOT_PATH",
    "SERVER__MAX_CONNECTIONS",
    "SERVER__MAX_URI_BYTES",
    "SERVER__MAX_HEADER_BYTES",
    "SERVER__MAX_HEADERS",
    "SERVER__MAX_STREAMS",
    "SERVER__MAX_BODY_BYTES",
    "SERVER__FIRST_BYTE_TIMEOUT",
    "SERVER__HEADER_TIMEOUT",
    "SERVER__BODY_TIMEOUT",
    "SERVER__BODY_MIN_BYTES",
    "SERVER__KEEP_ALIVE_TIMEOUT",
    "SERVER__WRITE_TIMEOUT",
    "SERVER__REQUEST_TIMEOUT",
    "SERVER__DRAIN_TIMEOUT",
    "SERVER__DRAIN_DELAY",
    "DATABASE__MAX_CONNECTIONS",
    "DATABASE__ACQUIRE_TIMEOUT",
    "DATABASE__BUSY_TIMEOUT",
    "DATABASE__STATEMENT_TIMEOUT",
    "DATABASE__IDLE_IN_TRANSACTION_TIMEOUT",
    "AUTH__ISSUER",
    "AUTH__AUDIENCE",
    "AUTH__ALGORITHM",
    "AUTH__ACCESS_TOKEN_TTL",
    "AUTH__REFRESH_TOKEN_TTL",
    "AUTH__COOKIE_SESSION_TTL",
    "AUTH__ALLOWED_ORIGINS",
    "AUTH__FREE_ADDRESS_FAILURES",
    "AUTH__EXTERNAL__ISSUER",
    "AUTH__EXTERNAL__AUDIENCE",
    "AUTH__EXTERNAL__ROLES_CLAIM",
    "AUTH__EXTERNAL__ROLES",
    "AUTH__EXTERNAL__CREATE_USERS",
    "AUTH__EXTERNAL__TIMEOUT",
    "AUTH__PASSWORD_HASH_CONCURRENCY",
    "AUTH__PASSWORD_HASH_QUEUE",
];

/// Whether a variable of the environment is meant for us: a known name, or any of a known section.
pub(super) fn is_ours(name: &str) -> bool {
    NAMES.contains(&name) || is_in_known_section(name)
}

fn is_in_known_section(name: &str) -> bool {
    let section = |name: &str| name.split_once("__").map(|(section, _)| section.to_owned());
    section(name).is_some_and(|wanted| {
        let mut known = NAMES.iter().filter_map(|name| section(name));
        known.any(|section| section == wanted)
    })
}

/// The variables that are set, and the problems found so far.
pub(super) struct Reader {
    values: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(sources: Sources) -> Self {
        let mut reader = Self { values: BTreeMap::new(), problems: sources.problems };
        for (name, value) in sources.dotenv {
            if NAMES.contains(&name.as_str()) {
                reader.values.insert(name, value);
            } else {
                reader.unknown(&name, "in .env");
            }
        }
        for (name, value) in sources.environment {
            if NAMES.contains(&name.as_str()) {
                reader.values.insert(name, value);
            } else if is_in_known_section(&name) {
                reader.unknown(&name, "in the environment");
            }
        }
        reader.values.retain(|_, value| !value.is_empty());
        reader
    }

    /// The value as text, if set.
    pub(super) fn text(&self, name: &'static str) -> Option<&str> {
        debug_assert!(NAMES.contains(&name), "{name} is missing in NAMES");
        self.values.get(name).map(String::as_str)
    }

    /// The value as a secret, if set. Its problems never show it.
    pub(super) fn secret(&self, name: &'static str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    /// The value, read by `parse`, or the default; what `parse` says against it becomes a problem.
    pub(super) fn parse<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        match self.text(name).map(parse) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(message)) => {
                self.problem(name, message);
                default
            }
        }
    }

    /// The value, read by its type's `FromStr`, or the default; `expected` says what it should be.
    pub(super) fn value<T: FromStr>(&mut self, name: &'static str, default: T, expected: &str) -> T {
        self.parse(name, default, |text| {
            let value = text.parse();
            value.map_err(|_| format!("should be {expected}, and is '{text}'"))
        })
    }

    /// The whole number, held to a range, or the default.
    pub(super) fn number<T>(&mut self, name: &'static str, default: T, range: std::ops::RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + std::fmt::Display,
    {
        self.parse(name, default, |text| match text.parse() {
            Ok(value) if range.contains(&value) => Ok(value),
            _ => {
                let (least, most) = (range.start(), range.end());
                Err(format!("should be a whole number from {least} to {most}, and is '{text}'"))
            }
        })
    }

    /// `true` or `false`, or the default.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        self.value(name, default, "true or false")
    }

    /// Remembers a problem.
    pub(super) fn problem(&mut self, name: &str, message: impl Into<String>) {
        self.problems.push(Problem { name: name.to_owned(), message: message.into() });
    }

    fn unknown(&mut self, name: &str, place: &str) {
        let wanted = name.to_uppercase();
        let nearest = NAMES.iter().map(|known| (strsim::damerau_levenshtein(known, &wanted), known)).min();
        let hint = match nearest {
            Some((distance, known)) if distance <= 2.max(known.len() / 4) => {
                format!("; did you mean {known}?")
            }
            _ => String::new(),
        };
        self.problem(name, format!("is not a setting, but set {place}{hint}"));
    }

    /// Whether nothing was wrong so far.
    pub(super) fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// Gives the settings when nothing was wrong, and everything that was wrong otherwise.
    pub(super) fn finish<T>(mut self, settings: T) -> Result<T, SettingsError> {
        if self.problems.is_empty() {
            return Ok(settings);
        }
        self.problems.sort_by(|a, b| a.name.cmp(&b.name));
        Err(SettingsError { problems: self.problems })
    }
}
