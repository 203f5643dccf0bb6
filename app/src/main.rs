//! The binary `backend`. Everything is in the library.

use std::io::Write;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match app::cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}
