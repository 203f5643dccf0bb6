//! What an item is made of: its name, its price, its tags.

use std::{collections::BTreeSet, fmt, str::FromStr};

use rust_decimal::Decimal;
use sea_orm::{DeriveValueType, FromJsonQueryResult};
use serde::{Deserialize, Serialize};

use super::text::text;

text!(
    /// How an item is called, up to 80 characters.
    ItemName,
    80
);

/// An amount of money above zero, exact; stored as text, because SQLite has no exact decimal.
///
/// ```
/// use app::models::Price;
///
/// assert_eq!("10.50".parse::<Price>()?.to_string(), "10.50");
/// assert!("0".parse::<Price>().is_err());
/// # Ok::<(), app::models::PriceError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
#[serde(try_from = "Decimal", into = "Decimal")]
#[sea_orm(value_type = "String")]
pub struct Price(Decimal);

/// Why a number or text is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Not a decimal number of at most 28 digits.
    #[error("should be a decimal number")]
    NotANumber,
    /// Zero or less.
    #[error("should be greater than 0")]
    NotPositive,
}

impl Price {
    /// The amount.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        self.0
    }
}

impl TryFrom<Decimal> for Price {
    type Error = PriceError;

    fn try_from(amount: Decimal) -> Result<Self, PriceError> {
        if amount > Decimal::ZERO { Ok(Self(amount)) } else { Err(PriceError::NotPositive) }
    }
}

impl From<Price> for Decimal {
    fn from(price: Price) -> Self {
        price.0
    }
}

impl FromStr for Price {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        let amount = Decimal::from_str_exact(text).map_err(|_| PriceError::NotANumber)?;
        amount.try_into()
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Words that an item is found by, each once, in order. Stored as a JSON array.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Tags(pub BTreeSet<String>);

impl Tags {
    /// The most tags of one item.
    pub const MAX_TAGS: usize = 20;
    /// The most characters of one tag.
    pub const MAX_CHARS: usize = 40;
}
