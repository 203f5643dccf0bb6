//! The binary `backend`. Everything is in the library.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match app::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}
