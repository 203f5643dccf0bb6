//! `cargo xtask access`: logins and tokens, held against programs that are not ours.
//!
//! - `clients`: libraries of two other languages log in, refresh, and verify our tokens by our JWKS;
//! - `provider`: a real OpenID Connect provider gives tokens, and the application takes them, and no bent ones;
//! - `rates`: how many logins and refreshes a second of one core does.

mod rates;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::tools::{self, Package};
use crate::{backend, process, project};

const JOSE: Package = Package { name: "jose", version: "6.2.17" };
const OIDC_PROVIDER: Package = Package { name: "oidc-provider", version: "9.13.3" };
const REQUESTS_OAUTHLIB: Package = Package { name: "requests-oauthlib", version: "2.0.0" };
const JOSERFC: Package = Package { name: "joserfc", version: "1.8.0" };

const PASSWORD: &str = "a-phrase-for-the-clients";
const ADMIN: [(&str, &str); 2] = [("FIRST_ADMIN_EMAIL", "root@example.com"), ("FIRST_ADMIN_PASSWORD", PASSWORD)];

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) backend: backend::Binary,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    for algorithm in ["EdDSA", "ES256", "RS256"] {
        clients(options, algorithm).with_context(|| format!("clients with {algorithm}"))?;
    }
    provider(options).context("the external provider")?;
    rates::run(&options.backend.optimized()?)
}

/// Other people's libraries take our tokens for what they are.
fn clients(options: &Options, algorithm: &str) -> Result<()> {
    let settings = [&ADMIN[..], &[("AUTH__ALGORITHM", algorithm)]].concat();
    let running = backend::Running::start_with(&options.backend, &settings)?;
    let modules = tools::npm(JOSE)?.join("node_modules");
    run_script(Command::new("node").arg(script("verify.mjs")).env("MODULES", modules), &running, algorithm)?;
    let programs = tools::python_with(REQUESTS_OAUTHLIB, &[JOSERFC])?;
    run_script(Command::new(programs.join("python")).arg(script("verify.py")), &running, algorithm)?;
    println!("{algorithm}: {JOSE}, {REQUESTS_OAUTHLIB} and {JOSERFC} take our tokens and our JWKS");
    Ok(())
}

/// A real provider's tokens count, and none that were bent.
fn provider(options: &Options) -> Result<()> {
    let modules = tools::npm_with(OIDC_PROVIDER, &[JOSE])?.join("node_modules");
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let issuer = format!("http://127.0.0.1:{port}");
    let settings = [
        &ADMIN[..],
        &[
            ("AUTH__EXTERNAL__ISSUER", issuer.as_str()),
            ("AUTH__EXTERNAL__AUDIENCE", "urn:our-api"),
            ("AUTH__EXTERNAL__CREATE_USERS", "true"),
            ("AUTH__EXTERNAL__ROLES", "staff=user"),
        ],
    ]
    .concat();
    let running = backend::Running::start_with(&options.backend, &settings)?;
    let mut command = Command::new("node");
    command.arg(script("provider.mjs")).env("MODULES", modules).env("ISSUER", &issuer).env("PORT", port.to_string());
    run_script(&mut command, &running, "")?;
    println!("{OIDC_PROVIDER}: its tokens count, and no bent one");
    Ok(())
}

fn script(name: &str) -> PathBuf {
    project::root().join("xtask/access").join(name)
}

fn run_script(command: &mut Command, running: &backend::Running, algorithm: &str) -> Result<()> {
    process::run(
        command
            .env("BASE_URL", running.address())
            .env("ALGORITHM", algorithm)
            .env("OWN_USERNAME", "root@example.com")
            .env("OWN_PASSWORD", PASSWORD)
            // What an OAuth library refuses over plain HTTP is fine on loopback.
            .env("OAUTHLIB_INSECURE_TRANSPORT", "1"),
    )
}
