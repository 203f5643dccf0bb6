//! The three things that a partial update can say about a field that may be empty.

/// Keep, clear or set: what an absent field, `null` and a value mean in a merge patch (RFC 7396).
///
/// For fields that cannot be empty an `Option` says it all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field was not named: it stays.
    #[default]
    Keep,
    /// The field was `null`: it becomes empty.
    Clear,
    /// The field had a value: it becomes that.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether it leaves the field as it is.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Changes the field as told.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}

impl<T> From<Option<Option<T>>> for Patch<T> {
    fn from(value: Option<Option<T>>) -> Self {
        match value {
            None => Self::Keep,
            Some(None) => Self::Clear,
            Some(Some(value)) => Self::Set(value),
        }
    }
}
