//! The first administrator.

use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;
use crate::constants::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};

/// `FIRST_ADMIN_EMAIL` and `FIRST_ADMIN_PASSWORD`: who is made while there is no administrator.
/// Both or neither; without them, development makes one up.
#[derive(Debug, Clone)]
pub struct FirstAdminSettings {
    /// The e-mail address to log in with.
    pub email: String,
    /// The password, 8–128 characters.
    pub password: SecretString,
}

impl FirstAdminSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.parse("FIRST_ADMIN_EMAIL", None, |text| {
            // The rule of `models::EmailAddress`, which this room does not import.
            let options =
                email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
            email_address::EmailAddress::parse_with_options(text, options)
                .map(|_| Some(text.to_owned()))
                .map_err(|_| "should be an e-mail address, such as ada@example.com".to_owned())
        });
        let password = reader.secret("FIRST_ADMIN_PASSWORD");
        if let Some(password) = &password {
            let chars = password.expose_secret().chars().count();
            if !(MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&chars) {
                let message = format!("should have {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters");
                reader.problem("FIRST_ADMIN_PASSWORD", message);
            }
        }
        let has_email = reader.text("FIRST_ADMIN_EMAIL").is_some();
        match (has_email, &password) {
            (true, None) => {
                reader.problem("FIRST_ADMIN_PASSWORD", "is needed beside FIRST_ADMIN_EMAIL");
            }
            (false, Some(_)) => {
                reader.problem("FIRST_ADMIN_EMAIL", "is needed beside FIRST_ADMIN_PASSWORD");
            }
            _ => {}
        }
        Some(Self { email: email?, password: password? })
    }
}
