//! The stable names of the constraints that callers can break, whatever the database calls them.

/// Another user, perhaps a deleted one, has this e-mail address.
pub const EMAIL_TAKEN: &str = "email_taken";

/// Another user, perhaps a deleted one, has this username.
pub const USERNAME_TAKEN: &str = "username_taken";

/// Another role has this name.
pub const ROLE_NAME_TAKEN: &str = "role_name_taken";

/// Something that the row points to is not there, or something still points to the row. SQLite
/// does not say which, so nobody is told.
pub const FOREIGN_KEY: &str = "foreign_key";

/// Unique indexes with a name of their own; the others keep theirs. All are called
/// `TABLE_COLUMN_…_unique`, and primary keys `TABLE_pkey`, so that both databases give one name.
const UNIQUE: &[(&str, &str)] = &[
    ("users_email_key_unique", EMAIL_TAKEN),
    ("users_username_key_unique", USERNAME_TAKEN),
    ("roles_name_unique", ROLE_NAME_TAKEN),
];

/// The stable name of what Postgres names by its index.
pub(super) fn of_postgres(index: &str) -> String {
    let known = UNIQUE.iter().find(|(name, _)| *name == index);
    known.map_or(index, |(_, stable)| stable).to_owned()
}

/// The stable name of what SQLite names by its columns: `UNIQUE constraint failed: t.a, t.b`.
pub(super) fn of_sqlite(message: &str, is_primary_key: bool) -> String {
    let columns = message.rsplit(": ").next().unwrap_or(message);
    let mut parts = columns.split(", ").filter_map(|column| column.split_once('.'));
    let Some((table, first)) = parts.next() else {
        return columns.to_owned();
    };
    if is_primary_key {
        return format!("{table}_pkey");
    }
    let mut index = format!("{table}_{first}");
    for (_, column) in parts {
        index.push('_');
        index.push_str(column);
    }
    of_postgres(&format!("{index}_unique"))
}

#[cfg(test)]
mod tests {
    use super::{EMAIL_TAKEN, of_postgres, of_sqlite};

    #[test]
    fn both_databases_give_one_name() {
        let sqlite = |columns: &str| of_sqlite(&format!("UNIQUE constraint failed: {columns}"), false);
        assert_eq!(sqlite("users.email_key"), EMAIL_TAKEN);
        assert_eq!(of_postgres("users_email_key_unique"), EMAIL_TAKEN);
        assert_eq!(sqlite("roles.name"), of_postgres("roles_name_unique"));
        assert_eq!(sqlite("t.a, t.b"), "t_a_b_unique");
        assert_eq!(of_sqlite("UNIQUE constraint failed: t.a, t.b", true), "t_pkey");
        assert_eq!(of_sqlite("odd", false), "odd");
    }
}
