//! Settings: a typed struct out of the environment, a `.env` file and secret files.
//!
//! ```
//! use fastrail::prelude::*;
//! use fastrail::settings::{ByteSize, Sources};
//! use std::time::Duration;
//!
//! #[derive(Debug, Settings)]
//! struct Shop {
//!     /// Who is told about trouble
//!     admin_email: Email, // ADMIN_EMAIL
//!     database: Database, // DATABASE__…
//!     /// How long a cart lives
//!     #[setting(default = "30d", ge = "1h", le = "365d")]
//!     cart_ttl: Duration, // CART_TTL
//!     #[setting(default = "2MiB")]
//!     max_upload: ByteSize,
//! }
//!
//! #[derive(Debug, Settings)]
//! struct Database {
//!     url: SecretString, // DATABASE__URL, never shown
//!     #[setting(default = 5, ge = 1, le = 100)]
//!     pool_size: u32, // DATABASE__POOL_SIZE
//! }
//!
//! let variables = [("ADMIN_EMAIL", "ada@example.com"), ("DATABASE__URL", "sqlite:shop.db"), ("CART_TTL", "7d")];
//! let shop: Shop = Sources::of(variables).read()?; // in a program: `Shop::load()?`
//! assert_eq!((shop.cart_ttl, shop.database.pool_size), (Duration::from_secs(7 * 86_400), 5));
//!
//! let error = Sources::of([("DATABASE__POOL_SIZE", "101"), ("DATABASE__ULR", "x")]).read::<Shop>().err().expect("all at once");
//! assert_eq!(
//!     error.to_string(),
//!     "the settings have 4 problems:
//!   ADMIN_EMAIL: is required
//!   DATABASE__POOL_SIZE: should be a whole number from 1 to 100, and is '101'
//!   DATABASE__ULR: is not a setting, but set in the environment; did you mean DATABASE__URL?
//!   DATABASE__URL: is required"
//! );
//! # Ok::<(), fastrail::settings::SettingsError>(())
//! ```
//!
//! A field is the variable of its name in capitals; a struct inside is a section, whose variables begin with the field's
//! name and `__`. At a field, `#[setting(…)]` takes:
//!
//! | key | meaning |
//! | --- | --- |
//! | `default = "15m"`, `default = 5`, `default` | for a variable that is not set, or empty; a literal is read as a variable's text is, an expression is of the field's type and may use the fields above by name, and the key alone is the type's default |
//! | `ge`, `gt`, `le`, `lt` | bounds, such as `1` or `"1m"` |
//! | `min_length`, `max_length` | characters of a text, entries of a list |
//! | `check = path` | a `fn(&T) -> Result<(), String>`, whose message follows the variable's name |
//! | `name = "PORT"` | that variable, whatever section the field is in |
//! | `flatten` | a section whose variables have no part of the name for it |
//! | `secret` | masked in errors and reports, as a [`SecretString`](crate::SecretString) always is |
//!
//! On the struct, `#[settings(check = path)]` names a `fn(&Self, &mut Problems)` for what several settings make wrong
//! together. An enum without data takes the derive as well: a variable has a variant's name in snake case, in any case
//! of letters, or its `#[setting(rename = "…")]`. What else a variable can hold is a [`SettingValue`].
//!
//! An `Option` is `None` where its variable is not set; an optional section where none of its settings without a default
//! is.

mod effective;
mod problem;
mod reader;
mod rules;
mod sources;
mod units;
mod value;

pub use effective::{Effective, EffectiveSetting, Source};
pub use problem::{Problem, Problems, SettingsError};
#[doc(hidden)]
pub use reader::{Default, Field, Listing, NoValue, Place, Reader, Setting};
#[doc(hidden)]
pub use rules::{Length, Rules};
pub use sources::Sources;
pub use units::ByteSize;
pub use value::SettingValue;

/// A struct of settings; derive it. See [the module](self)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of settings",
    label = "this has no `#[derive(Settings)]`",
    note = "derive it: `#[derive(Debug, Settings)] struct Shop {{ admin_email: Email }}`"
)]
pub trait Settings: Setting {
    /// Reads the process's environment and the file `.env` in the working directory, where there is one
    ///
    /// # Errors
    /// Everything that is missing, wrong or unknown, by the names of the variables; never a secret.
    fn load() -> Result<Self, SettingsError> {
        Sources::new().file(".env").read()
    }

    /// Names every variable, in the order of the fields
    #[doc(hidden)]
    fn list_fields(listing: &mut Listing);

    /// Reads every field, so that all that is wrong is told
    #[doc(hidden)]
    fn read_fields(reader: &mut Reader) -> Option<Self>;
}
