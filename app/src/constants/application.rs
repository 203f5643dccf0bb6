//! What the application is called and which version it is.

/// The name that is shown to people.
pub const NAME: &str = "Fastrail Backend API";

/// The name that traces have.
pub const SERVICE: &str = "fastrail-backend";

/// The version, taken from the package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What all its keys in Redis begin with.
pub const REDIS_PREFIX: &str = "backend";

/// What it is about, in Markdown, at the head of the documentation.
pub const DESCRIPTION: &str = "Register, get a token, and use it: `Authorize` above takes a username or an e-mail \
    address and a password.\n\nEvery error is an `application/problem+json` (RFC 9457) with a stable `code`; the token \
    endpoint answers as RFC 6749 has it.";

/// Where Swagger UI is.
pub const DOCS_PATH: &str = "/api/docs";

/// Where ReDoc is.
pub const REDOC_PATH: &str = "/api/redoc";

/// Where Scalar is.
pub const SCALAR_PATH: &str = "/api/scalar";

/// Where the OpenAPI document is.
pub const OPENAPI_PATH: &str = "/api/openapi.json";
