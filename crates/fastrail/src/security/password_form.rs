//! The form of OAuth2's password flow (RFC 6749 §4.3.2), which Swagger UI's *Authorize* button sends.

use std::fmt;

use secrecy::SecretString;
use serde_json::json;

use crate::Dependency;
use crate::dependency::{DependencyKind, StructDependency, StructProvider};
use crate::error::Failure;
use crate::openapi::{OperationDoc, ParameterDoc};
use crate::params::{Argument, Facts, Meta, Pending, Source};
use crate::request::RequestContext;
use crate::schema::JsonSchema;

/// Name and password as a form; `grant_type` may be left out
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::security::OAuth2PasswordRequestForm;
///
/// #[post("/token")]
/// async fn login(form: OAuth2PasswordRequestForm) -> String {
///     format!("{} asks for {:?}", form.username, form.scopes().collect::<Vec<_>>())
/// }
/// ```
///
/// Errors: 422 when a field is missing or `grant_type` is not `password`.
#[derive(Clone)]
pub struct OAuth2PasswordRequestForm<const STRICT: bool = false> {
    /// `password`
    pub grant_type: Option<String>,
    /// Who signs in
    pub username: String,
    /// The password
    pub password: SecretString,
    /// The wanted scopes, divided by spaces
    pub scope: String,
    /// Which client asks; better by HTTP Basic
    pub client_id: Option<String>,
    /// The client's secret; better by HTTP Basic
    pub client_secret: Option<SecretString>,
}

/// The same with a `grant_type` that must be `password`, as the RFC wants it
pub type OAuth2PasswordRequestFormStrict = OAuth2PasswordRequestForm<true>;

impl<const STRICT: bool> OAuth2PasswordRequestForm<STRICT> {
    /// The wanted scopes one by one
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }

    fn of(grant_type: Option<String>, fields: Fields) -> Self {
        let Fields { username, password, scope, client_id, client_secret } = fields;
        Self { grant_type, username, password, scope, client_id, client_secret }
    }
}

impl<const STRICT: bool> fmt::Debug for OAuth2PasswordRequestForm<STRICT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2PasswordRequestForm").field("username", &self.username).finish_non_exhaustive()
    }
}

/// What both have
#[derive(Clone, Dependency)]
struct Fields {
    #[form]
    username: String,
    #[form]
    password: SecretString,
    #[form(default = "")]
    scope: String,
    #[form]
    client_id: Option<String>,
    #[form]
    client_secret: Option<SecretString>,
}

#[derive(Clone, Dependency)]
struct Grant {
    #[form(pattern = "^password$")]
    grant_type: Option<String>,
}

#[derive(Clone, Dependency)]
struct StrictGrant {
    #[form(pattern = "^password$")]
    grant_type: String,
}

/// The document that FastAPI writes: a secret is a `password`, but nothing is `writeOnly` in a form
fn describe(doc: &mut OperationDoc<'_>, strict: bool) {
    let text = || JsonSchema::of("string");
    let optional =
        |schema: JsonSchema| JsonSchema::default().with("anyOf", json!([schema.into_value(), { "type": "null" }]));
    let grant = text().with("pattern", "^password$");
    for (name, title, schema, required) in [
        ("grant_type", "Grant Type", if strict { grant } else { optional(grant) }, strict),
        ("username", "Username", text(), true),
        ("password", "Password", text().with("format", "password"), true),
        ("scope", "Scope", text().with("default", ""), false),
        ("client_id", "Client Id", optional(text()), false),
        ("client_secret", "Client Secret", optional(text()).with("format", "password"), false),
    ] {
        let meta = Meta {
            name,
            header: None,
            title: Some(title),
            description: None,
            deprecated: false,
            hidden: false,
            example: None,
            examples: None,
            openapi_examples: None,
        };
        doc.form_field(ParameterDoc::new(Source::Form, &meta, schema, required));
    }
}

/// The fields on their way
struct Gathered<G, F> {
    grant: G,
    fields: F,
}

macro_rules! form {
    ($strict:literal, $grant:ident, $wrap:expr) => {
        impl StructDependency for OAuth2PasswordRequestForm<$strict> {
            const FACTS: Facts = Facts { security: false, body: true, ends_before_response: false };

            fn describe(doc: &mut OperationDoc<'_>) {
                describe(doc, $strict);
            }

            fn keep(value: &Self) -> Self {
                value.clone()
            }

            fn gather(cx: &mut RequestContext) -> impl Pending<Self> + use<> {
                Gathered { grant: $grant::gather(cx), fields: Fields::gather(cx) }
            }
        }

        impl<G: Pending<$grant>, F: Pending<Fields>> Pending<OAuth2PasswordRequestForm<$strict>> for Gathered<G, F> {
            async fn resolve(self, cx: &mut RequestContext) -> Result<OAuth2PasswordRequestForm<$strict>, Failure> {
                let grant = self.grant.resolve(cx).await?.grant_type;
                Ok(OAuth2PasswordRequestForm::of($wrap(grant), self.fields.resolve(cx).await?))
            }
        }

        impl crate::dependency::Dependency for OAuth2PasswordRequestForm<$strict> {
            type Provider = StructProvider<Self>;
            fn provider() -> &'static Self::Provider {
                const { &StructProvider::NEW }
            }
        }

        impl Argument for OAuth2PasswordRequestForm<$strict> {
            type Kind = DependencyKind;
        }
    };
}

form!(false, Grant, std::convert::identity);
form!(true, StrictGrant, Some);
