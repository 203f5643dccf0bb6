//! How databases are told apart, and the numbers that their sessions share.

/// What a `DATABASE_URL` of Postgres begins with; anything else is SQLite.
pub const POSTGRES_SCHEMES: [&str; 2] = ["postgres:", "postgresql:"];

/// The name under which the application's connections stand in `pg_stat_activity`.
pub const APPLICATION_NAME: &str = "fastrail-backend";

/// Postgres' advisory lock of migrations ("fastrail" in ASCII).
pub const MIGRATION_LOCK: i64 = 0x6661_7374_7261_696c;

/// Postgres' advisory lock of what each start makes once: roles, the signing key.
pub const START_LOCK: i64 = MIGRATION_LOCK + 1;
