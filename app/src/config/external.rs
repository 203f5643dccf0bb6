//! An external identity provider, whose tokens count beside our own.

use std::{collections::BTreeMap, time::Duration};

use url::{Host, Url};

use super::{durations::duration, reader::Reader};

/// Settings of the external identity provider. There are none unless `AUTH__EXTERNAL__ISSUER` is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalSettings {
    /// `AUTH__EXTERNAL__ISSUER`: the `iss` of its tokens, exactly as they have it; keys are found by discovery below it.
    /// It must be https, but for a provider on this machine.
    pub issuer: String,
    /// `AUTH__EXTERNAL__AUDIENCE`: what the `aud` of its tokens must have; needed.
    pub audience: String,
    /// `AUTH__EXTERNAL__ROLES_CLAIM`: where its tokens have roles (`roles`), with dots between: `realm_access.roles`.
    pub roles_claim: String,
    /// `AUTH__EXTERNAL__ROLES`: which role of ours one of its roles stands for: `admins=admin,staff=user` (none).
    pub roles: BTreeMap<String, String>,
    /// `AUTH__EXTERNAL__CREATE_USERS`: whether a person who is seen for the first time gets an account (false).
    pub create_users: bool,
    /// `AUTH__EXTERNAL__TIMEOUT`: how long it may take to answer (5s).
    pub timeout: Duration,
}

impl ExternalSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let issuer = reader.parse("AUTH__EXTERNAL__ISSUER", None, |text| issuer(text).map(Some));
        let audience = reader.text("AUTH__EXTERNAL__AUDIENCE").map(str::to_owned);
        let settings = Self {
            issuer: issuer.clone().unwrap_or_default(),
            audience: audience.clone().unwrap_or_default(),
            roles_claim: reader.text("AUTH__EXTERNAL__ROLES_CLAIM").unwrap_or("roles").to_owned(),
            roles: reader.parse("AUTH__EXTERNAL__ROLES", BTreeMap::new(), roles),
            create_users: reader.flag("AUTH__EXTERNAL__CREATE_USERS", false),
            timeout: duration(reader, "AUTH__EXTERNAL__TIMEOUT", Duration::from_secs(5), ("100ms", "60s")),
        };
        if issuer.is_some() && audience.is_none() {
            reader.problem("AUTH__EXTERNAL__AUDIENCE", "is needed beside AUTH__EXTERNAL__ISSUER");
        }
        issuer.map(|_| settings)
    }
}

fn issuer(text: &str) -> Result<String, String> {
    let expected = || format!("should be an https URL without a query, and is '{text}'");
    let url = Url::parse(text).map_err(|_| expected())?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    if is_safe && url.query().is_none() && url.fragment().is_none() { Ok(text.to_owned()) } else { Err(expected()) }
}

fn roles(text: &str) -> Result<BTreeMap<String, String>, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((theirs, ours)) if !theirs.trim().is_empty() && !ours.trim().is_empty() => {
                Ok((theirs.trim().to_owned(), ours.trim().to_owned()))
            }
            _ => Err(format!("should be pairs such as admins=admin, and has '{pair}'")),
        })
        .collect()
}
