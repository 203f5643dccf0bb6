//! What one variable can hold.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use uuid::Uuid;

use super::units::{ByteSize, parse_duration, show_duration};
use crate::rate_limit::Rate;
use crate::schema::Email;

/// A value that is written in one variable
///
/// Texts, numbers, `bool` (`true` or `false`), [`Duration`] (`15m`), [`ByteSize`] (`10MB`), addresses, paths, URLs, e-mail
/// addresses, [`Rate`]s (`5/minute`), secrets; lists and sets of them with commas between, and maps (`a=1,b=2`). An enum
/// without data derives `Settings`. For another type:
///
/// ```
/// use fastrail::settings::SettingValue;
///
/// struct Colour(u32);
///
/// impl SettingValue for Colour {
///     const NOUN: &'static str = "a colour such as ff0000";
///
///     fn parse(text: &str) -> Result<Self, String> {
///         u32::from_str_radix(text, 16).map(Self).map_err(|_| Self::expected())
///     }
///
///     fn show(&self) -> String {
///         format!("{:06x}", self.0)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setting",
    label = "a variable cannot hold this",
    note = "derive `Settings` for a section or an enum without data, or implement `fastrail::settings::SettingValue`"
)]
pub trait SettingValue: Sized + 'static {
    /// What it is: `should be …`
    const NOUN: &'static str;

    /// Whether it is never shown
    const IS_SECRET: bool = false;

    /// The same in more words, where there are no bounds to tell
    fn expected() -> String {
        Self::NOUN.to_owned()
    }

    /// Reads it
    ///
    /// # Errors
    /// What it should be, such as [`expected`](Self::expected); the text is not repeated, since it may be a secret.
    fn parse(text: &str) -> Result<Self, String>;

    /// As a variable would have it; a secret is masked by whoever asks
    fn show(&self) -> String;
}

macro_rules! from_str {
    ($($type:ty: $noun:literal),* $(,)?) => { $(
        impl SettingValue for $type {
            const NOUN: &'static str = $noun;

            fn parse(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| Self::expected())
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )* };
}

macro_rules! integers {
    ($($type:ty),*) => { $(
        impl SettingValue for $type {
            const NOUN: &'static str = "a whole number";

            fn expected() -> String {
                format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX)
            }

            fn parse(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| Self::expected())
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )* };
}

integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize);

from_str! {
    String: "a text",
    bool: "true or false",
    IpAddr: "an IP address",
    Ipv4Addr: "an IPv4 address",
    Ipv6Addr: "an IPv6 address",
    SocketAddr: "an address with its port, such as 127.0.0.1:8000",
    IpNet: "a network, such as 10.0.0.0/8",
    Decimal: "a number",
    Uuid: "a UUID",
    Url: "a URL, such as https://example.com/path",
    Rate: "a rate, such as 5/minute or 100/10s",
}

macro_rules! floats {
    ($($type:ty),*) => { $(
        impl SettingValue for $type {
            const NOUN: &'static str = "a number";

            fn parse(text: &str) -> Result<Self, String> {
                text.parse().ok().filter(|number: &$type| number.is_finite()).ok_or_else(Self::expected)
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )* };
}

floats!(f32, f64);

impl SettingValue for Email {
    const NOUN: &'static str = "an e-mail address, such as ada@example.com";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| Self::expected())
    }

    fn show(&self) -> String {
        self.as_str().to_owned()
    }
}

impl SettingValue for PathBuf {
    const NOUN: &'static str = "a path";

    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl SettingValue for SecretString {
    const NOUN: &'static str = "a secret";
    const IS_SECRET: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }

    fn show(&self) -> String {
        self.expose_secret().to_owned()
    }
}

impl SettingValue for Duration {
    const NOUN: &'static str = "a time";

    fn expected() -> String {
        "a time with its unit, such as 15m or 30d".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        parse_duration(text).ok_or_else(Self::expected)
    }

    fn show(&self) -> String {
        show_duration(*self)
    }
}

impl SettingValue for ByteSize {
    const NOUN: &'static str = "a size";

    fn expected() -> String {
        "a size, such as 512, 64KiB or 10MB".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(<Self as SettingValue>::expected)
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// The entries between commas; blanks around them and empty ones do not count
fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

fn joined<'v, T: SettingValue + 'v>(values: impl IntoIterator<Item = &'v T>) -> String {
    values.into_iter().map(SettingValue::show).collect::<Vec<_>>().join(",")
}

macro_rules! lists {
    ($($list:ident: $($bound:path)?),* $(,)?) => { $(
        impl<T: SettingValue $(+ $bound)?> SettingValue for $list<T> {
            const NOUN: &'static str = "a list";
            const IS_SECRET: bool = T::IS_SECRET;

            fn expected() -> String {
                format!("a list with commas between, of which each is {}", T::expected())
            }

            fn parse(text: &str) -> Result<Self, String> {
                entries(text).map(|entry| T::parse(entry).map_err(|_| Self::expected())).collect()
            }

            fn show(&self) -> String {
                joined(self)
            }
        }
    )* };
}

lists!(Vec:, BTreeSet: Ord);

impl<K: SettingValue + Ord, V: SettingValue> SettingValue for BTreeMap<K, V> {
    const NOUN: &'static str = "a list of pairs";
    const IS_SECRET: bool = K::IS_SECRET || V::IS_SECRET;

    fn expected() -> String {
        "pairs such as one=1,two=2".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let pair = |entry: &str| {
            let (key, value) = entry.split_once('=')?;
            let (key, value) = (key.trim(), value.trim());
            let is_whole = !key.is_empty() && !value.is_empty();
            is_whole.then(|| Some((K::parse(key).ok()?, V::parse(value).ok()?))).flatten()
        };
        entries(text).map(|entry| pair(entry).ok_or_else(Self::expected)).collect()
    }

    fn show(&self) -> String {
        self.iter().map(|(key, value)| format!("{}={}", key.show(), value.show())).collect::<Vec<_>>().join(",")
    }
}
