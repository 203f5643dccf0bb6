//! Which rules may constrain a type: a rule that says nothing about a type does not compile.

use crate::schema::Class;

/// A set of rule families
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts(u8);

impl Accepts {
    /// No rule
    pub const NOTHING: Self = Self(0);
    /// `gt`, `ge`, `lt`, `le`, `multiple_of`
    pub const NUMBER: Self = Self(1);
    /// `min_length`, `max_length`, `pattern`
    pub const TEXT: Self = Self(2);
    /// `min_items`, `max_items`
    pub const ITEMS: Self = Self(4);

    /// `unique_items`
    pub const UNIQUE: Self = Self(8);
    /// `max_digits`, `decimal_places`
    pub const DIGITS: Self = Self(16);
    /// `trim`, `nfc`, `strip_html`, `no_control`
    pub const SANITIZE: Self = Self(32);
    /// `lowercase`
    pub const LOWERCASE: Self = Self(64);

    /// The families that a class has by itself; containers add those of what they hold
    pub const fn of(class: Class) -> Self {
        match class {
            Class::Number => Self::NUMBER,
            Class::Text => Self::TEXT,
            Class::List | Class::Map => Self::ITEMS,
            Class::Plain | Class::Model | Class::Union | Class::Any => Self::NOTHING,
        }
    }

    /// Both sets together
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every family of `other` is in the set
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
