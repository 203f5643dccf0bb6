//! The first administrator.

use fastrail::Settings;
use secrecy::SecretString;

use crate::constants::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};

/// `FIRST_ADMIN_EMAIL` and `FIRST_ADMIN_PASSWORD`: who is made while there is no administrator.
/// Both or neither; without them, development makes one up.
#[derive(Debug, Clone, Settings)]
pub struct FirstAdminSettings {
    /// The e-mail address of the first administrator
    #[setting(name = "FIRST_ADMIN_EMAIL", check = is_address)]
    pub email: String,
    /// The password of the first administrator, 8-128 characters
    #[setting(name = "FIRST_ADMIN_PASSWORD", min_length = MIN_PASSWORD_CHARS, max_length = MAX_PASSWORD_CHARS)]
    pub password: SecretString,
}

/// The rule of `models::EmailAddress`, which this room does not import.
fn is_address(text: &str) -> Result<(), String> {
    let options = email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
    email_address::EmailAddress::parse_with_options(text, options)
        .map(|_| ())
        .map_err(|_| "should be an e-mail address, such as ada@example.com".to_owned())
}
