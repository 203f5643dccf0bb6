//! The framework as its users see it: one binary, a module a concern.
//!
//! Most tests ask in process, through [`TestClient`](fastrail::testing::TestClient); where the connection matters, over
//! a real socket (see [`support`]). Nothing sleeps to wait.

mod after_response;
mod apps;
mod arguments;
mod async_validators;
mod background;
mod bodies;
mod cache;
mod client;
mod concurrency_limit;
mod constants;
mod dependencies;
mod docs_pages;
mod error_scopes;
mod errors;
mod events;
mod events_over_redis;
mod files;
mod http_client;
mod interop;
mod join;
mod jwt;
mod layers;
mod layers_with_dependencies;
mod lifespan;
mod middleware;
mod mounts;
mod openapi;
mod passwords;
mod query_styles;
mod rate_limits;
mod rate_limits_in_redis;
mod redis;
mod redis_server;
mod responses;
mod routing;
mod security;
mod security_schemes;
mod serving;
mod settings;
mod startup;
mod static_files;
mod streaming;
mod streams;
mod support;
mod teardown;
mod templates;
mod validation;
mod websocket;
mod websocket_load;
