//! The order of a list, as `-created_at,name`.

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A field that a list may be sorted by.
pub trait SortField: Copy + PartialEq + 'static {
    /// Every field with the name that callers use.
    const FIELDS: &'static [(&'static str, Self)];
}

/// Fields in order of weight; rows that are equal in all of them are ordered by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort<F>(Vec<(F, Direction)>);

/// Why a text names no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SortError {
    /// No such field may be sorted by.
    #[error("cannot be sorted by '{field}'; allowed are {allowed}")]
    UnknownField {
        /// What was asked for.
        field: String,
        /// What may be asked for, separated by commas.
        allowed: String,
    },
}

impl<F: SortField> Sort<F> {
    /// An order by one field.
    #[must_use]
    pub fn by(field: F, direction: Direction) -> Self {
        Self(vec![(field, direction)])
    }

    /// Reads `-created_at,name`: a minus sorts down, fields weigh in the order given.
    ///
    /// # Errors
    /// [`SortError`] for an unknown or empty field.
    pub fn parse(text: &str) -> Result<Self, SortError> {
        let mut keys: Vec<(F, Direction)> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (name, direction) = match part.strip_prefix('-') {
                Some(name) => (name, Direction::Descending),
                None => (part, Direction::Ascending),
            };
            let Some((_, field)) = F::FIELDS.iter().find(|(known, _)| *known == name) else {
                let names: Vec<_> = F::FIELDS.iter().map(|(known, _)| *known).collect();
                return Err(SortError::UnknownField { field: name.to_owned(), allowed: names.join(", ") });
            };
            // A second mention of a field orders nothing that the first has not ordered.
            if !keys.iter().any(|(other, _)| other == field) {
                keys.push((*field, direction));
            }
        }
        Ok(Self(keys))
    }

    /// The fields with their directions.
    #[must_use]
    pub fn keys(&self) -> &[(F, Direction)] {
        &self.0
    }
}
