//! `#[derive(SecurityScheme)]`: a newtype over a secret becomes a credential.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, LitStr, Token, parenthesized};

use crate::docs;
use crate::suggest::unknown_key;

/// What `#[security(…)]` says
enum Scheme {
    Bearer { format: Option<LitStr> },
    ApiKeyHeader(LitStr),
    OAuth2Password { token_url: LitStr, scopes: Vec<(LitStr, LitStr)> },
}

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
    let scheme = parse(attribute)?;
    let description = docs::text(&input.attrs);
    let name = &input.ident;
    let scheme_name = name.to_string();
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

            fn read(headers: &#krate::__private::HeaderMap) -> ::core::option::Option<Self> {
                #read.map(|secret| Self(::core::convert::From::from(secret)))
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
    let bearer = quote!(#krate::security::read_bearer(headers));
    match scheme {
        Scheme::Bearer { format: None } => {
            let document = quote!(#krate::__private::serde_json::json!({ "type": "http", "scheme": "bearer" }));
            (document, bearer, "Bearer".to_owned())
        }
        Scheme::Bearer { format: Some(format) } => {
            let document = quote! {
                #krate::__private::serde_json::json!({ "type": "http", "scheme": "bearer", "bearerFormat": #format })
            };
            (document, bearer, "Bearer".to_owned())
        }
        Scheme::OAuth2Password { token_url, scopes } => {
            let (names, meanings): (Vec<_>, Vec<_>) = scopes.iter().map(|(name, meaning)| (name, meaning)).unzip();
            let document = quote!(#krate::security::oauth2_password_scheme(#token_url, &[#((#names, #meanings)),*]));
            (document, bearer, "Bearer".to_owned())
        }
        Scheme::ApiKeyHeader(header) => {
            let lower = header.value().to_ascii_lowercase();
            let document = quote! {
                #krate::__private::serde_json::json!({ "type": "apiKey", "in": "header", "name": #header })
            };
            let read = quote! {
                #krate::security::read_api_key_header(headers, &#krate::__private::header::HeaderName::from_static(#lower))
            };
            (document, read, "APIKey".to_owned())
        }
    }
}

fn parse(attribute: &syn::Attribute) -> syn::Result<Scheme> {
    let mut scheme = None;
    attribute.parse_nested_meta(|meta| {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        scheme = Some(match key.as_str() {
            "bearer" => Scheme::Bearer { format: values(&meta, &["format"])?.pop().map(|(_, value)| value) },
            "api_key" => match values(&meta, &["header"])?.pop() {
                Some((_, header)) => Scheme::ApiKeyHeader(header),
                None => return Err(meta.error("name the header: `api_key(header = \"X-API-Key\")`")),
            },
            "oauth2_password" => oauth2_password(&meta)?,
            other => return Err(meta.error(unknown_key(other, &["api_key", "bearer", "oauth2_password"]))),
        });
        Ok(())
    })?;
    scheme.ok_or_else(|| {
        syn::Error::new_spanned(attribute, "say which scheme: `bearer`, `api_key(…)` or `oauth2_password(…)`")
    })
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

fn oauth2_password(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<Scheme> {
    let mut token_url = None;
    let mut scopes = Vec::new();
    meta.parse_nested_meta(|inner| {
        let key = inner.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "token_url" => token_url = Some(inner.value()?.parse()?),
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
            other => return Err(inner.error(unknown_key(other, &["scopes", "token_url"]))),
        }
        Ok(())
    })?;
    match token_url {
        Some(token_url) => Ok(Scheme::OAuth2Password { token_url, scopes }),
        None => Err(meta.error("name the token endpoint: `oauth2_password(token_url = \"/token\")`")),
    }
}
