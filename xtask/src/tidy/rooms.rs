//! The rooms of `app/src` and which way imports may point: the table in ARCHITECTURE.md.

/// A room: what it may import of the application, and which crates it never touches.
pub(super) struct Room {
    pub(super) name: &'static str,
    pub(super) may_import: &'static [&'static str],
    pub(super) never: &'static [&'static str],
    /// Why, in a sentence that ends an error message.
    pub(super) because: &'static str,
}

const SQL: &[&str] = &["sea_orm", "sea_orm_migration", "sqlx"];
const SQL_AND_HTTP: &[&str] = &["sea_orm", "sea_orm_migration", "sqlx", "http", "hyper", "axum", "axum_core"];
const HTTP: &[&str] = &["http", "hyper", "axum", "axum_core"];

/// Constants may be read everywhere; they import nothing.
pub(super) const EVERYWHERE: &str = "constants";

pub(super) const ROOMS: [Room; 12] = [
    Room {
        name: "routers",
        may_import: &["dependencies", "schemas", "services", "errors"],
        never: SQL,
        because: "a router takes a schema in, calls a service and gives a schema out",
    },
    Room {
        name: "dependencies",
        may_import: &["services", "repositories", "models", "config", "errors"],
        never: &[],
        because: "a dependency says who calls and what they may, from what lies below it",
    },
    Room {
        name: "schemas",
        may_import: &["models"],
        never: SQL,
        because: "a schema is the shape of what comes in and goes out",
    },
    Room {
        name: "services",
        may_import: &["repositories", "models", "jobs", "events", "config"],
        never: SQL_AND_HTTP,
        because: "a service holds rules and knows neither HTTP nor SQL",
    },
    Room {
        name: "repositories",
        may_import: &["models"],
        never: HTTP,
        because: "a repository holds the SQL of one entity and nothing above it",
    },
    Room {
        name: "models",
        may_import: &[],
        never: HTTP,
        because: "a model is an entity or a value and depends on nothing",
    },
    Room {
        name: "migrations",
        may_import: &[],
        never: HTTP,
        because: "a migration must still run when the code around it has changed",
    },
    Room {
        name: "jobs",
        may_import: &["services", "repositories"],
        never: HTTP,
        because: "a job works in the background, where there is no request",
    },
    Room {
        name: "events",
        may_import: &["services", "repositories", "models"],
        never: HTTP,
        because: "a handler works in the background, where there is no request",
    },
    Room {
        name: "errors",
        may_import: &["services"],
        never: SQL,
        because: "this room maps the services' errors to public ones, and decides nothing",
    },
    Room { name: "config", may_import: &[], never: HTTP, because: "settings are read before anything else exists" },
    Room { name: EVERYWHERE, may_import: &[], never: HTTP, because: "a constant depends on nothing" },
];

/// Start, wiring and commands: these may import everything.
pub(super) const WIRING: [&str; 4] = ["main", "lib", "application", "cli"];
