//! Short texts with bounds: trimmed, not empty, no control characters, at most so many characters as sent.

/// Why a text does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("should have at least 1 character")]
    Empty,
    /// More characters than allowed.
    #[error("should have at most {max_chars} characters")]
    TooLong {
        /// The most that is allowed.
        max_chars: usize,
    },
    /// A control character, such as NUL or a line break.
    #[error("should have no control characters")]
    ControlCharacter,
}

/// Trims a text and holds it to the bounds of this module.
///
/// # Errors
/// [`TextError`], the first rule that the text breaks.
pub fn parse_text(text: &str, max_chars: usize) -> Result<String, TextError> {
    if text.chars().count() > max_chars {
        return Err(TextError::TooLong { max_chars });
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    Ok(text.to_owned())
}

/// Declares a text type with its bound; what it stands for is in the doc comment.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max_chars:literal) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            sea_orm::DeriveValueType,
        )]
        #[serde(try_from = "String", into = "String")]
        #[sea_orm(value_type = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters that it may have.
            pub const MAX_CHARS: usize = $max_chars;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::models::text::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::models::text::parse_text(text, Self::MAX_CHARS).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::models::text::TextError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use text;

text!(
    /// How a person is called, up to 200 characters.
    FullName,
    200
);
