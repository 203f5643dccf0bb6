//! An external identity provider, whose tokens count beside our own.

use std::{collections::BTreeMap, time::Duration};

use fastrail::Settings;
use url::{Host, Url};

/// Settings of the external identity provider. There are none unless its issuer is set.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct ExternalSettings {
    /// The `iss` of its tokens, exactly as they have it; keys are found by discovery below it. It must be https, but for a
    /// provider on this machine
    #[setting(check = is_issuer)]
    pub issuer: String,
    /// What the `aud` of its tokens must have
    pub audience: String,
    /// Where its tokens have roles, with dots between: `realm_access.roles`
    #[setting(default = "roles")]
    pub roles_claim: String,
    /// Which role of ours one of its roles stands for: `admins=admin,staff=user`
    #[setting(default)]
    pub roles: BTreeMap<String, String>,
    /// Whether a person who is seen for the first time gets an account
    #[setting(default)]
    pub create_users: bool,
    /// How long it may take to answer
    #[setting(default = "5s", ge = "100ms", le = "60s")]
    pub timeout: Duration,
}

fn is_issuer(text: &str) -> Result<(), String> {
    let expected = || format!("should be an https URL without a query, and is '{text}'");
    let url = Url::parse(text).map_err(|_| expected())?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    if is_safe && url.query().is_none() && url.fragment().is_none() { Ok(()) } else { Err(expected()) }
}
