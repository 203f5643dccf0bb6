//! What pages of other origins may send and read.

/// The headers that they may send.
pub const CORS_HEADERS: [&str; 9] = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "x-api-key",
    "x-request-id",
];

/// The headers of answers that they may read, besides those that they always may.
pub const CORS_EXPOSED: [&str; 7] =
    ["etag", "link", "location", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id"];
