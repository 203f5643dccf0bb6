//! The keys that only add to the operation's place in the document.

use proc_macro2::{Group, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitInt, LitStr, Path, Token, parenthesized, token};

use super::attribute::assigned;

/// What those keys say
#[derive(Default)]
pub(super) struct AdditionKeys {
    /// Calls on `Additions`, in the order in which they were written
    calls: Vec<TokenStream>,
}

impl AdditionKeys {
    /// Reads the value of `key`; `false`: it is none of these keys
    pub(super) fn read(&mut self, key: &str, input: ParseStream<'_>) -> syn::Result<bool> {
        let call = match key {
            "responses" => {
                let content;
                parenthesized!(content in input);
                let responses = Punctuated::<TokenStream, Token![,]>::parse_terminated_with(&content, response)?;
                let responses = responses.iter();
                quote!(#(.response(#responses))*)
            }
            "response_description" => {
                let text: LitStr = assigned(input)?;
                quote!(.response_description(#text))
            }
            "external_docs" => {
                let docs: Expr = assigned(input)?;
                quote!(.external_docs(#docs))
            }
            "callbacks" => {
                let content;
                parenthesized!(content in input);
                let operations = Punctuated::<Path, Token![,]>::parse_terminated(&content)?;
                let krate = crate::paths::krate();
                quote!(.callbacks(#krate::routes![#operations]))
            }
            "extra" => {
                input.parse::<Token![=]>()?;
                let krate = crate::paths::krate();
                let json = quote!(#krate::__private::serde_json::json!);
                if input.peek(token::Brace) {
                    let object: Group = input.parse()?;
                    quote!(.extra(#json(#object)))
                } else {
                    let value: Expr = input.parse()?;
                    quote!(.extra(#json(#value)))
                }
            }
            _ => return Ok(false),
        };
        self.calls.push(call);
        Ok(true)
    }

    /// `Some(|| Additions::default()…)`, or `None`
    pub(super) fn to_tokens(&self, krate: &TokenStream) -> TokenStream {
        if self.calls.is_empty() {
            return quote!(::core::option::Option::None);
        }
        let calls = &self.calls;
        quote! {
            ::core::option::Option::Some(|| {
                <#krate::openapi::Additions as ::core::default::Default>::default() #(#calls)*
            })
        }
    }
}

/// `404 = ResponseDoc::json::<Message>()`, `"4XX" = "Refused"`, `default = "Anything else"`
fn response(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let key = if input.peek(LitInt) {
        let status: LitInt = input.parse()?;
        if !(100..600).contains(&status.base10_parse::<u16>().unwrap_or_default()) {
            return Err(syn::Error::new(status.span(), "a status is a number from 100 to 599"));
        }
        quote!(#status)
    } else if input.peek(LitStr) {
        let range: LitStr = input.parse()?;
        if !["1XX", "2XX", "3XX", "4XX", "5XX"].contains(&range.value().as_str()) {
            return Err(syn::Error::new(range.span(), "a range of statuses is `\"2XX\"`, `\"4XX\"` or the like"));
        }
        quote!(#range)
    } else {
        let word: Ident = input.parse()?;
        if word != "default" {
            return Err(syn::Error::new(
                word.span(),
                "a status stands here: `404 = \"Not there\"`, `\"5XX\" = …` or `default = …`",
            ));
        }
        quote!("default")
    };
    let value: Expr = assigned(input)?;
    Ok(quote!(#key, #value))
}
