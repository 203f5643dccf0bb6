//! `cargo xtask browser`: the documentation pages, used in a real Chromium.
//!
//! The steps are in `xtask/browser/docs.mjs`; this starts the application, makes a user for it
//! through the API, and finds the browser.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::tools::{self, Package};
use crate::{backend, process, project};

const PLAYWRIGHT: Package = Package { name: "playwright-core", version: "1.65.1" };

/// Someone who exists only while the test runs.
const USERNAME: &str = "reader";
const PASSWORD: &str = "a-phrase-for-the-browser-test";

#[derive(Args)]
pub(crate) struct Options {
    /// Keep the picture of Swagger UI as docs/images/swagger-ui.png, for the README
    #[arg(long)]
    pub(crate) keep_picture: bool,
    /// Test what listens here (a whole address) instead of starting the application
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
    #[command(flatten)]
    pub(crate) backend: backend::Binary,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let chromium = chromium()?;
    let modules = tools::npm(PLAYWRIGHT)?;
    let pictures = project::scratch("pictures")?;
    let running = match options.address {
        Some(_) => None,
        None => Some(backend::Running::start(&options.backend)?),
    };
    if let Some(running) = &running {
        register(running)?;
    }
    let address = match (&running, &options.address) {
        (Some(running), _) => running.address(),
        (None, address) => address.clone().context("an address")?,
    };
    process::run(
        Command::new("node")
            .arg(project::root().join("xtask/browser/docs.mjs"))
            .env("BASE_URL", address)
            .env("MODULES", modules)
            .env("CHROMIUM", chromium)
            .env("PICTURES", &pictures)
            .env("USERNAME", USERNAME)
            .env("PASSWORD", PASSWORD),
    )
    .with_context(|| format!("pictures are in {}", pictures.display()))?;
    if options.keep_picture {
        let kept = project::root().join("docs/images");
        fs::create_dir_all(&kept)?;
        fs::copy(pictures.join("swagger-ui.png"), kept.join("swagger-ui.png"))?;
        println!("wrote docs/images/swagger-ui.png");
    }
    println!("browser passed; pictures are in {}", pictures.display());
    Ok(())
}

fn register(running: &backend::Running) -> Result<()> {
    let body = format!(r#"{{"email": "{USERNAME}@example.com", "username": "{USERNAME}", "password": "{PASSWORD}"}}"#);
    let status = running.post_json("/api/v1/auth/register", &body)?;
    if status != 201 {
        bail!("POST /api/v1/auth/register answered {status}, not 201");
    }
    Ok(())
}

/// The browser: `CHROMIUM`, or the first one on the path.
fn chromium() -> Result<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)));
    named
        .into_iter()
        .chain(found)
        .find(|program| program.is_file())
        .context("no Chromium found: install the package `chromium`, or name the browser in CHROMIUM")
}
