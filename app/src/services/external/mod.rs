//! Tokens of an external identity provider, beside our own: OpenID Connect Discovery 1.0 finds its keys, its claims say
//! who somebody is and which of our roles they have while the token counts.
//!
//! A token is believed when the provider's key has signed it by the key's algorithm, its issuer and audience are exactly
//! those of the settings, and its times are right. Nothing is fetched because a token says where. An account that exists
//! already is never linked by its e-mail address: whoever controls an address at the provider would take it over.

mod identity;
mod provider;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use fastrail::security::jwt::UnverifiedToken;
use serde_json::{Map, Value};
use url::Url;

pub use identity::{Identity, IdentityError};
pub use provider::{Provider, ProviderError};

use super::clock::Clock;
use crate::constants::tokens::CLOCK_LEEWAY;
use crate::models::RoleName;

/// How an external provider is trusted.
#[derive(Debug, Clone)]
pub struct ExternalOptions {
    /// Its `iss`, exactly; its discovery document is below it.
    pub issuer: Url,
    /// The `iss` as it was written, since URLs have more than one spelling.
    pub issuer_text: String,
    /// What `aud` must have.
    pub audience: String,
    /// Which of our roles a role of the provider stands for.
    pub roles: BTreeMap<String, RoleName>,
    /// Where the provider's roles are, with dots between names: `realm_access.roles`.
    pub roles_claim: String,
    /// Whether somebody who is seen for the first time gets an account.
    pub makes_users: bool,
    /// How long one answer of the provider may take.
    pub timeout: Duration,
}

/// The token does not count. No more is said, so that nobody learns from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the external token does not count")]
pub struct ExternalTokenError;

/// Who a token says that somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalClaims {
    /// The provider's name for the person; never changes and is never given again.
    pub subject: String,
    /// An address that the provider has verified.
    pub email: Option<String>,
    /// What the person is called there.
    pub username: Option<String>,
    /// The person's name.
    pub full_name: Option<String>,
    /// Which of our roles the person has while the token counts.
    pub roles: BTreeSet<RoleName>,
}

/// Checks tokens of one provider. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ExternalTokens {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: ExternalOptions,
    provider: Provider,
    clock: Clock,
}

impl ExternalTokens {
    /// A check that asks nobody yet: a provider that is away stops no start.
    ///
    /// # Errors
    /// [`ProviderError`] when no client could be made.
    pub fn new(options: ExternalOptions, clock: Clock) -> Result<Self, ProviderError> {
        let provider = Provider::new(&options, clock.clone())?;
        Ok(Self { inner: Arc::new(Inner { options, provider, clock }) })
    }

    /// The settings.
    #[must_use]
    pub fn options(&self) -> &ExternalOptions {
        &self.inner.options
    }

    /// Who a token says that somebody is.
    ///
    /// # Errors
    /// [`ExternalTokenError`] whatever is wrong with it, also when the provider's keys cannot be had.
    pub async fn verify(&self, token: &str) -> Result<ExternalClaims, ExternalTokenError> {
        let token = UnverifiedToken::parse(token).map_err(|_| ExternalTokenError)?;
        // Providers differ; what is certainly something else (a logout token, a DPoP proof) is refused.
        let is_access_token = ["at+jwt", "jwt"].iter().any(|typ| token.is_of_type(typ));
        if !is_access_token && token.header_names().any(|name| name == "typ") {
            return Err(ExternalTokenError);
        }
        let key = self.inner.provider.key(token.header("kid")).await.ok_or(ExternalTokenError)?;
        let claims = token.verify(&key).map_err(|_| ExternalTokenError)?;
        if !self.says_the_right_thing(&claims) {
            return Err(ExternalTokenError);
        }
        self.read(&claims).ok_or(ExternalTokenError)
    }

    /// Whether it is from the provider, for us, and for now.
    fn says_the_right_thing(&self, claims: &Map<String, Value>) -> bool {
        let Inner { options, clock, .. } = &*self.inner;
        let (now, leeway) = (clock.now().timestamp(), CLOCK_LEEWAY.as_secs() as i64);
        let is_for_us = match claims.get("aud") {
            Some(Value::String(one)) => *one == options.audience,
            Some(Value::Array(several)) => {
                several.iter().all(Value::is_string) && several.iter().any(|one| *one == options.audience.as_str())
            }
            _ => false,
        };
        // Times are seconds and may have a fraction (RFC 7519 §2); what is none of these does not count.
        let seconds = |name: &str| claims.get(name).map(|value| value.as_f64().map(|seconds| seconds.floor() as i64));
        let begins = |name: &str| match seconds(name) {
            None => true,
            Some(time) => time.is_some_and(|time| now >= time.saturating_sub(leeway)),
        };
        let is_not_over = seconds("exp").flatten().is_some_and(|end| now < end.saturating_add(leeway));
        claims.get("iss") == Some(&Value::from(options.issuer_text.as_str()))
            && is_for_us
            && is_not_over
            && begins("nbf")
            && begins("iat")
    }

    fn read(&self, claims: &Map<String, Value>) -> Option<ExternalClaims> {
        let options = &self.inner.options;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let subject = text("sub").filter(|subject| !subject.is_empty() && subject.len() <= 255)?;
        let mut path = options.roles_claim.split('.');
        let first = path.next().and_then(|name| claims.get(name));
        let claimed = path.fold(first, |value, name| value.and_then(|value| value.get(name)));
        let names: Vec<&str> = match claimed {
            Some(Value::String(one)) => one.split(' ').collect(),
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is_verified = claims.get("email_verified") == Some(&Value::Bool(true));
        Some(ExternalClaims {
            subject,
            email: text("email").filter(|_| is_verified),
            username: text("preferred_username"),
            full_name: text("name"),
            roles: names.iter().filter_map(|name| options.roles.get(*name).cloned()).collect(),
        })
    }
}
