//! `#[derive(SecurityScheme)]`: a newtype over a secret becomes a credential.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, LitStr, Token, parenthesized};

use crate::argument::option;
use crate::docs;
use crate::suggest::unknown_key;

/// What `#[security(…)]` says
enum Scheme {
    Bearer { format: Option<LitStr> },
    Http { scheme: LitStr },
    Basic { realm: Option<LitStr> },
    Digest,
    ApiKey { place: &'static str, name: LitStr },
    OAuth2(Vec<Flow>),
    OpenIdConnect { url: LitStr },
}

/// One flow of OAuth 2.0
struct Flow {
    kind: &'static str,
    authorization_url: Option<LitStr>,
    token_url: LitStr,
    refresh_url: Option<LitStr>,
    scopes: Vec<(LitStr, LitStr)>,
}

/// The keys of `#[security(…)]`
const KEYS: [&str; 10] = [
    "api_key",
    "basic",
    "bearer",
    "digest",
    "http",
    "name",
    "oauth2_authorization_code",
    "oauth2_client_credentials",
    "oauth2_password",
    "open_id_connect",
];

/// Expands the derive
pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let input: DeriveInput = syn::parse2(input)?;
    let is_newtype = matches!(&input.data, Data::Struct(data) if data.fields.len() == 1 && data.fields.iter().all(|f| f.ident.is_none()));
    if !is_newtype {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "`SecurityScheme` is derived on a newtype: `struct ApiKey(SecretString);`",
        ));
    }
    let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("security")).ok_or_else(|| {
        syn::Error::new_spanned(
            &input.ident,
            "say which scheme: `#[security(bearer)]`, `#[security(api_key(header = \"X-API-Key\"))]` or \
             `#[security(oauth2_password(token_url = \"/token\"))]`",
        )
    })?;
    let (scheme, scheme_name) = parse(attribute)?;
    let description = docs::text(&input.attrs);
    let name = &input.ident;
    let scheme_name = scheme_name.map_or_else(|| name.to_string(), |name| name.value());
    let (document, read, challenge) = code(&scheme, krate);
    let describe = description.map(|text| {
        quote! {
            if let #krate::__private::serde_json::Value::Object(document) = &mut document {
                document.insert("description".into(), #text.into());
            }
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl #krate::security::SecurityScheme for #name {
            const NAME: &'static str = #scheme_name;
            const CHALLENGE: &'static str = #challenge;

            fn document() -> #krate::__private::serde_json::Value {
                #[allow(unused_mut)]
                let mut document = #document;
                #describe
                document
            }

            fn read(
                __request: &#krate::__private::Parts,
            ) -> ::core::result::Result<::core::option::Option<Self>, #krate::Error> {
                ::core::result::Result::Ok(#read.map(|secret| Self(::core::convert::From::from(secret))))
            }
        }
        #[automatically_derived]
        impl #krate::params::Argument for #name {
            type Kind = #krate::security::CredentialKind;
        }
    })
}

/// The scheme's document, how it is read, and its challenge
fn code(scheme: &Scheme, krate: &TokenStream) -> (TokenStream, TokenStream, String) {
    let json = quote!(#krate::__private::serde_json::json!);
    let security = quote!(#krate::security);
    let bearer = quote!(#security::read_bearer(&__request.headers));
    match scheme {
        Scheme::Bearer { format: None } => {
            (quote!(#json({ "type": "http", "scheme": "bearer" })), bearer, "Bearer".to_owned())
        }
        Scheme::Bearer { format: Some(format) } => {
            let document = quote!(#json({ "type": "http", "scheme": "bearer", "bearerFormat": #format }));
            (document, bearer, "Bearer".to_owned())
        }
        Scheme::Http { scheme } => {
            let read = quote!(#security::read_http(&__request.headers, #scheme));
            (quote!(#json({ "type": "http", "scheme": #scheme })), read, titled(&scheme.value()))
        }
        Scheme::Basic { realm } => {
            let read = quote! {
                #security::read_basic(&__request.headers)
                    .map_err(|_| <Self as #security::SecurityScheme>::missing())?
            };
            let challenge =
                realm.as_ref().map_or_else(|| "Basic".to_owned(), |realm| format!("Basic realm=\"{}\"", realm.value()));
            (quote!(#json({ "type": "http", "scheme": "basic" })), read, challenge)
        }
        Scheme::Digest => {
            let read = quote!(#security::read_http(&__request.headers, "digest"));
            (quote!(#json({ "type": "http", "scheme": "digest" })), read, "Digest".to_owned())
        }
        Scheme::ApiKey { place, name } => {
            let read = match *place {
                "query" => quote!(#security::read_api_key_query(__request, #name)),
                "cookie" => quote!(#security::read_api_key_cookie(&__request.headers, #name)),
                _ => {
                    let lower = name.value().to_ascii_lowercase();
                    let header = quote!(#krate::__private::header::HeaderName::from_static(#lower));
                    quote!(#security::read_api_key_header(&__request.headers, &#header))
                }
            };
            (quote!(#json({ "type": "apiKey", "in": #place, "name": #name })), read, "APIKey".to_owned())
        }
        Scheme::OAuth2(flows) => {
            let flows = flows.iter().map(|flow| flow.code(krate));
            (quote!(#security::oauth2_scheme(&[#(#flows),*])), bearer, "Bearer".to_owned())
        }
        Scheme::OpenIdConnect { url } => {
            (quote!(#json({ "type": "openIdConnect", "openIdConnectUrl": #url })), bearer, "Bearer".to_owned())
        }
    }
}

impl Flow {
    fn code(&self, krate: &TokenStream) -> TokenStream {
        let (kind, token_url) = (self.kind, &self.token_url);
        let authorization_url = option(self.authorization_url.as_ref());
        let refresh_url = option(self.refresh_url.as_ref());
        let (names, meanings): (Vec<_>, Vec<_>) = self.scopes.iter().map(|(name, meaning)| (name, meaning)).unzip();
        quote! {
            #krate::security::OAuth2Flow {
                kind: #kind,
                authorization_url: #authorization_url,
                token_url: #token_url,
                refresh_url: #refresh_url,
                scopes: &[#((#names, #meanings)),*],
            }
        }
    }
}

/// `hawk` → `Hawk`, as challenges are written
fn titled(scheme: &str) -> String {
    let mut letters = scheme.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The scheme, and its name in the document when it is not the type's
fn parse(attribute: &syn::Attribute) -> syn::Result<(Scheme, Option<LitStr>)> {
    let (mut scheme, mut name) = (None, None);
    attribute.parse_nested_meta(|meta| {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let one = |known: &str| Ok::<_, syn::Error>(values(&meta, &[known])?.pop().map(|(_, value)| value));
        let next = match key.as_str() {
            "name" => {
                name = Some(meta.value()?.parse()?);
                return Ok(());
            }
            "bearer" => Scheme::Bearer { format: one("format")? },
            "http" => match one("scheme")? {
                Some(scheme) => Scheme::Http { scheme },
                None => return Err(meta.error("name the scheme: `http(scheme = \"hawk\")`")),
            },
            "basic" => Scheme::Basic { realm: one("realm")? },
            "digest" => Scheme::Digest,
            "api_key" => match values(&meta, &["cookie", "header", "query"])?.pop() {
                Some((place, name)) => {
                    let place = if place == "cookie" {
                        "cookie"
                    } else if place == "query" {
                        "query"
                    } else {
                        "header"
                    };
                    Scheme::ApiKey { place, name }
                }
                None => {
                    return Err(meta.error("name where it is: `api_key(header = \"X-API-Key\")`, `query` or `cookie`"));
                }
            },
            "open_id_connect" => match one("url")? {
                Some(url) => Scheme::OpenIdConnect { url },
                None => {
                    return Err(meta.error(
                        "name the configuration: `open_id_connect(url = \"/.well-known/openid-configuration\")`",
                    ));
                }
            },
            "oauth2_password" => Scheme::OAuth2(vec![flow(&meta, "password")?]),
            "oauth2_client_credentials" => Scheme::OAuth2(vec![flow(&meta, "clientCredentials")?]),
            "oauth2_authorization_code" => Scheme::OAuth2(vec![flow(&meta, "authorizationCode")?]),
            other => return Err(meta.error(unknown_key(other, &KEYS))),
        };
        match (&mut scheme, next) {
            (Some(Scheme::OAuth2(flows)), Scheme::OAuth2(more)) => flows.extend(more),
            (Some(_), _) => return Err(meta.error("a type is one scheme; only flows of OAuth 2.0 stand together")),
            (none, next) => *none = Some(next),
        }
        Ok(())
    })?;
    let scheme = scheme.ok_or_else(|| {
        syn::Error::new_spanned(attribute, "say which scheme: `bearer`, `basic`, `api_key(…)`, `oauth2_password(…)`, …")
    })?;
    Ok((scheme, name))
}

/// `(key = "value", …)`, or nothing
fn values(meta: &syn::meta::ParseNestedMeta<'_>, known: &[&str]) -> syn::Result<Vec<(String, LitStr)>> {
    if !meta.input.peek(syn::token::Paren) {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    meta.parse_nested_meta(|inner| {
        let key = inner.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if !known.contains(&key.as_str()) {
            return Err(inner.error(unknown_key(&key, known)));
        }
        values.push((key, inner.value()?.parse()?));
        Ok(())
    })?;
    Ok(values)
}

/// `(token_url = "…", scopes("a" = "…"))`
fn flow(meta: &syn::meta::ParseNestedMeta<'_>, kind: &'static str) -> syn::Result<Flow> {
    let (mut authorization_url, mut token_url, mut refresh_url) = (None, None, None);
    let mut scopes = Vec::new();
    meta.parse_nested_meta(|inner| {
        let key = inner.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "authorization_url" => authorization_url = Some(inner.value()?.parse()?),
            "token_url" => token_url = Some(inner.value()?.parse()?),
            "refresh_url" => refresh_url = Some(inner.value()?.parse()?),
            "scopes" => {
                let content;
                parenthesized!(content in inner.input);
                let pairs = Punctuated::<(LitStr, LitStr), Token![,]>::parse_terminated_with(&content, |input| {
                    let name = input.parse()?;
                    input.parse::<Token![=]>()?;
                    Ok((name, input.parse()?))
                })?;
                scopes.extend(pairs);
            }
            other => {
                let known = ["authorization_url", "refresh_url", "scopes", "token_url"];
                return Err(inner.error(unknown_key(other, &known)));
            }
        }
        Ok(())
    })?;
    if (kind == "authorizationCode") != authorization_url.is_some() {
        return Err(meta.error("`authorization_url` belongs to `oauth2_authorization_code`, which needs it"));
    }
    match token_url {
        Some(token_url) => Ok(Flow { kind, authorization_url, token_url, refresh_url, scopes }),
        None => Err(meta.error("name the token endpoint: `token_url = \"/token\"`")),
    }
}
