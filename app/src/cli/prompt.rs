//! Questions at the terminal. Where there is none, answers are lines of standard input, so that scripts can give them.

use std::io::{BufRead, IsTerminal, Write};
use std::str::FromStr;

use anyhow::{Context, anyhow, bail};
use secrecy::{ExposeSecret, SecretString};

use crate::models::Password;

/// Asks for a text until it fits; without a terminal, what does not fit is an error.
pub(super) fn ask<T>(question: &str) -> anyhow::Result<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    loop {
        match answer(question)?.parse() {
            Ok(value) => return Ok(value),
            Err(error) => again(question, &error)?,
        }
    }
}

/// Asks for a new password, twice at a terminal, without showing it.
pub(super) fn ask_password() -> anyhow::Result<Password> {
    loop {
        let password = if std::io::stdin().is_terminal() { unseen_twice()? } else { line()? };
        match Password::new(SecretString::from(password)) {
            Ok(password) => return Ok(password),
            Err(error) => again("The password", &error)?,
        }
    }
}

fn unseen_twice() -> anyhow::Result<String> {
    loop {
        let first = rpassword::prompt_password("Password: ").context("the password could not be read")?;
        let second = rpassword::prompt_password("Again: ").context("the password could not be read")?;
        if SecretString::from(second).expose_secret() == first {
            return Ok(first);
        }
        say("The two are not the same.\n")?;
    }
}

fn answer(question: &str) -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        say(&format!("{question}: "))?;
    }
    line()
}

fn again(question: &str, error: &impl std::fmt::Display) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("{question} {error}");
    }
    say(&format!("{question} {error}.\n"))
}

fn line() -> anyhow::Result<String> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line).context("standard input could not be read")?;
    if read == 0 {
        return Err(anyhow!("there is no answer on standard input"));
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stderr().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
