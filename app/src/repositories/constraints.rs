//! The stable names of the constraints that callers can break, whatever the database calls them.

/// Another user, perhaps a deleted one, has this e-mail address.
pub const EMAIL_TAKEN: &str = "email_taken";

/// Another user, perhaps a deleted one, has this username.
pub const USERNAME_TAKEN: &str = "username_taken";

/// Something that the row points to is not there, or something still points to the row. SQLite
/// does not say which.
pub const FOREIGN_KEY: &str = "foreign_key";

/// SQLite names the columns, Postgres the index.
const UNIQUE: &[(&str, &str, &str)] = &[
    ("users.email_key", "users_email_key_unique", EMAIL_TAKEN),
    ("users.username_key", "users_username_key_unique", USERNAME_TAKEN),
];

/// Finds the stable name in a database's message about a unique constraint; an unlisted one goes
/// by the text after the last colon (`items.name`).
pub(super) fn unique_name(message: &str) -> String {
    UNIQUE
        .iter()
        .find(|(columns, index, _)| message.contains(columns) || message.contains(index))
        .map_or_else(|| message.rsplit(": ").next().unwrap_or(message).to_owned(), |(_, _, name)| (*name).to_owned())
}
