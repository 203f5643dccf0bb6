//! What `#[file(…)]` says of a file beyond what every argument can say.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{LitInt, LitStr, Token};

use crate::argument::option;

/// The keys
pub(crate) const KEYS: [&str; 2] = ["max_bytes", "content_types"];

/// The declared rules of a file
#[derive(Default)]
pub(crate) struct FileRules {
    max_bytes: Option<LitInt>,
    content_types: Vec<LitStr>,
}

impl FileRules {
    /// Reads one key, if it is one of these
    pub(crate) fn try_parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        if meta.path.is_ident("max_bytes") {
            self.max_bytes = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("content_types") {
            let list;
            syn::parenthesized!(list in meta.input);
            self.content_types = Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?.into_iter().collect();
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// `ArgumentSpec::file_rules`, unless nothing is declared
    pub(crate) fn method(&self, krate: &TokenStream) -> TokenStream {
        if self.max_bytes.is_none() && self.content_types.is_empty() {
            return TokenStream::new();
        }
        let max_bytes = option(self.max_bytes.as_ref());
        let content_types = &self.content_types;
        quote! {
            fn file_rules() -> &'static #krate::params::FileRules {
                const {
                    &#krate::params::FileRules { max_bytes: #max_bytes, content_types: &[#(#content_types),*] }
                }
            }
        }
    }
}
