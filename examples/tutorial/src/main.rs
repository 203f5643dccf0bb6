//! FastAPI's tutorial in Rust: an app a file, under the chapter and the name that it has there.
//!
//! `tutorial query_params.tutorial001 9001` serves one app on a port of loopback; `tutorial --all MAP.json` serves every
//! app, each on a port of its own, and writes where each one is. `cargo xtask conformance` holds them against FastAPI's
//! own tests.
//!
//! The apps leave the style of their documents to this file: what FastAPI's tests expect to the letter (ids, titles) is
//! one line in `serve`, for all of them.
#![allow(clippy::print_stderr, reason = "whoever starts a program by hand wants to know what is wrong")]

mod serve;

use std::process::ExitCode;

use fastrail::App;

mod body {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
    pub(crate) mod tutorial004;
}
mod cookie_params {
    pub(crate) mod tutorial001;
}
mod encoder {
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
}
mod header_params {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
}
mod path_params {
    pub(crate) mod tutorial001;
    pub(crate) mod tutorial002;
    pub(crate) mod tutorial003;
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
    pub(crate) mod tutorial007;
    pub(crate) mod tutorial008;
    pub(crate) mod tutorial009;
    pub(crate) mod tutorial010;
    pub(crate) mod tutorial011;
    pub(crate) mod tutorial012;
    pub(crate) mod tutorial013;
    pub(crate) mod tutorial014;
}

/// Makes the table of names: `chapter: name, …;`
macro_rules! apps {
    ($($chapter:ident: $($($name:ident)::+),+;)+) => {
        &[$($((concat!(stringify!($chapter) $(, ".", stringify!($name))+), $chapter::$($name)::+::app as fn() -> App)),+),+]
    };
}

/// Every app by its name, such as `query_params.tutorial001`
const APPS: &[serve::Entry] = apps! {
    body: tutorial001, tutorial002, tutorial003, tutorial004;
    cookie_params: tutorial001;
    encoder: tutorial001;
    first_steps: tutorial001, tutorial003;
    handling_errors: tutorial001, tutorial002, tutorial003;
    header_params: tutorial001, tutorial002, tutorial003;
    path_params: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005;
    path_params_numeric_validations: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    query_params: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006;
    query_params_str_validations: tutorial001, tutorial002, tutorial003, tutorial004, tutorial005, tutorial006, tutorial007, tutorial008, tutorial009, tutorial010, tutorial011, tutorial012, tutorial013, tutorial014;
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
