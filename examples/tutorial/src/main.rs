//! FastAPI's tutorial in Rust: an app a file, under the chapter and the name that it has there.
//!
//! `tutorial query_params.tutorial001 9001` serves one app on a port of loopback; `tutorial --all MAP.json` serves every
//! app, each on a port of its own, and writes where each one is. `cargo xtask conformance` holds them against FastAPI's
//! own tests.
//!
//! The apps leave the style of their documents to this file: what FastAPI's tests expect to the letter (ids, titles) is
//! one line in `serve`, for all of them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the originals print, and whoever starts a program wants to know"
)]
#![allow(clippy::disallowed_methods, reason = "a tutorial asks the system for the time")]

mod serve;

use std::process::ExitCode;

use fastrail::App;

mod additional_status_codes {
    pub(crate) mod tutorial001;
}
mod advanced_middleware {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod app_testing {
    pub(crate) mod app_a {
        pub(crate) mod main;
        #[cfg(test)]
        mod test_main;
    }
    pub(crate) mod app_b {
        pub(crate) mod main;
        #[cfg(test)]
        mod test_main;
    }
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
}
mod authentication_error_status_code {
    pub(crate) mod tutorial001;
}
mod background_tasks {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod bigger_applications {
    pub(crate) mod app {
        pub(crate) mod dependencies;
        pub(crate) mod internal {
            pub(crate) mod admin;
        }
        pub(crate) mod main;
        pub(crate) mod routers {
            pub(crate) mod items;
            pub(crate) mod users;
        }
    }
}
mod body {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
}
mod body_fields {
    pub(crate) mod tutorial001;
}
mod body_updates {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod configure_swagger_ui {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod cookie_params {
    pub(crate) mod tutorial001;
}
mod cors {
    pub(crate) mod tutorial001;
}
mod custom_request_and_route {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod custom_response {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial001b;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
    pub(crate) mod tutorial006b;
    pub(crate) mod tutorial006c;
    pub(crate) mod tutorial007;
    pub(crate) mod tutorial008;
    pub(crate) mod tutorial009;
    pub(crate) mod tutorial009b;
    pub(crate) mod tutorial009c;
    pub(crate) mod tutorial010;
}
mod dependencies {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial001_02;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
    pub(crate) mod tutorial008b;
    pub(crate) mod tutorial008c;
    pub(crate) mod tutorial008d;
    pub(crate) mod tutorial008e;
    pub(crate) mod tutorial011;
    pub(crate) mod tutorial012;
}
mod encoder {
    pub(crate) mod tutorial001;
}
mod events {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod extra_data_types {
    pub(crate) mod tutorial001;
}
mod first_steps {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial003;
}
mod handling_errors {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
}
mod header_params {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod json_base64_bytes {
    pub(crate) mod tutorial001;
}
mod metadata {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial001_1;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
}
mod middleware {
    pub(crate) mod tutorial001;
}
mod openapi_callbacks {
    pub(crate) mod tutorial001;
}
mod openapi_webhooks {
    pub(crate) mod tutorial001;
}
mod path_operation_configuration {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial002b;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
}
mod path_params {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial003b;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
}
mod path_params_numeric_validations {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
}
mod query_params {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
}
mod query_params_str_validations {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
    pub(crate) mod tutorial006c;
    pub(crate) mod tutorial007;
    pub(crate) mod tutorial008;
    pub(crate) mod tutorial009;
    pub(crate) mod tutorial010;
    pub(crate) mod tutorial011;
    pub(crate) mod tutorial012;
    pub(crate) mod tutorial013;
    pub(crate) mod tutorial014;
    pub(crate) mod tutorial015;
}
mod request_files {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial001_02;
    pub(crate) mod tutorial001_03;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod request_forms {
    pub(crate) mod tutorial001;
}
mod response_change_status_code {
    pub(crate) mod tutorial001;
}
mod response_cookies {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod response_directly {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod response_headers {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod response_status_code {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod schema_extra_example {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
}
mod security {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
    pub(crate) mod tutorial005;
    pub(crate) mod tutorial006;
    pub(crate) mod tutorial007;
}
mod separate_openapi_schemas {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod settings {
    pub(crate) mod app01 {
        pub(crate) mod config;
        pub(crate) mod main;
    }
    pub(crate) mod app02 {
        pub(crate) mod config;
        pub(crate) mod main;
        #[cfg(test)]
        mod test_main;
    }
    pub(crate) mod app03 {
        pub(crate) mod config;
        pub(crate) mod main;
    }
    pub(crate) mod tutorial001;
}
mod sql_databases {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod static_files {
    pub(crate) mod tutorial001;
}
mod stream_data {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
}
mod stream_json_lines {
    pub(crate) mod tutorial001;
}
mod strict_content_type {
    pub(crate) mod tutorial001;
}
mod sub_applications {
    pub(crate) mod tutorial001;
}
mod templates {
    pub(crate) mod tutorial001;
}
mod using_request_directly {
    pub(crate) mod tutorial001;
}

/// Makes the table of names: `chapter: name, …;`
macro_rules! apps {
    ($($chapter:ident: $($($name:ident)::+),+;)+) => {
        &[$($((concat!(stringify!($chapter) $(, ".", stringify!($name))+), $chapter::$($name)::+::app as fn() -> App)),+),+]
    };
}

/// Every app by its name, such as `query_params.tutorial001`
const APPS: &[serve::Entry] = apps! {
    additional_status_codes: tutorial001;
    advanced_middleware: tutorial001, tutorial002, tutorial003;
    app_testing: app_a::main, app_b::main, tutorial001, tutorial002, tutorial003, tutorial004;
    authentication_error_status_code: tutorial001;
    background_tasks: tutorial001, tutorial002;
    bigger_applications: app::main;
    body: tutorial001, tutorial002, tutorial003, tutorial004;
    body_fields: tutorial001;
    body_updates: tutorial001, tutorial002;
    configure_swagger_ui: tutorial001, tutorial002, tutorial003;
    cookie_params: tutorial001;
    cors: tutorial001;
    custom_request_and_route: tutorial001, tutorial002, tutorial003;
    custom_response: tutorial001, tutorial001b, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006,
        tutorial006b, tutorial006c, tutorial007, tutorial008, tutorial009, tutorial009b, tutorial009c, tutorial010;
    dependencies: tutorial001, tutorial001_02, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006,
        tutorial008b, tutorial008c, tutorial008d, tutorial008e, tutorial011, tutorial012;
    encoder: tutorial001;
    events: tutorial001, tutorial002, tutorial003;
    extra_data_types: tutorial001;
    first_steps: tutorial001, tutorial003;
    handling_errors: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    header_params: tutorial001, tutorial002, tutorial003;
    json_base64_bytes: tutorial001;
    metadata: tutorial001, tutorial001_1, tutorial002, tutorial003, tutorial004;
    middleware: tutorial001;
    openapi_callbacks: tutorial001;
    openapi_webhooks: tutorial001;
    path_operation_configuration: tutorial001, tutorial002, tutorial002b, tutorial003, tutorial004, tutorial005,
        tutorial006;
    path_params: tutorial001, tutorial002, tutorial003, tutorial003b, tutorial004, tutorial005;
    path_params_numeric_validations: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    query_params: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    query_params_str_validations: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006,
        tutorial006c, tutorial007, tutorial008, tutorial009, tutorial010, tutorial011, tutorial012, tutorial013,
        tutorial014, tutorial015;
    request_files: tutorial001, tutorial001_02, tutorial001_03, tutorial002, tutorial003;
    request_forms: tutorial001;
    response_change_status_code: tutorial001;
    response_cookies: tutorial001, tutorial002;
    response_directly: tutorial001, tutorial002;
    response_headers: tutorial001, tutorial002;
    response_status_code: tutorial001, tutorial002;
    schema_extra_example: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005;
    security: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006, tutorial007;
    separate_openapi_schemas: tutorial001, tutorial002;
    settings: app01::main, app02::main, app03::main, tutorial001;
    sql_databases: tutorial001, tutorial002;
    static_files: tutorial001;
    stream_data: tutorial001, tutorial002;
    stream_json_lines: tutorial001;
    strict_content_type: tutorial001;
    sub_applications: tutorial001;
    templates: tutorial001;
    using_request_directly: tutorial001;
};

const USAGE: &str =
    "usage: tutorial NAME PORT, such as `tutorial query_params.tutorial001 9001`; or: tutorial --all MAP.json";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--all", map] => serve::all(APPS, map).await,
        [name, port] => serve::one(APPS, name, port).await,
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::APPS;

    #[test]
    fn every_app_builds() {
        for (name, app) in APPS {
            if let Err(error) = app().build() {
                panic!("{name}: {error}");
            }
        }
    }
}
