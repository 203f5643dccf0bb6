//! `openapi_examples(normal = Example::of(…), …)` at an argument.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Expr, LitStr, Token, parenthesized};

/// Examples with their names
#[derive(Default)]
pub(crate) struct OpenApiExamples(Vec<(String, Expr)>);

impl OpenApiExamples {
    /// Reads `(normal = Example::of(…), "with a blank" = …)`
    pub(crate) fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let content;
        parenthesized!(content in meta.input);
        let examples = Punctuated::<(String, Expr), Token![,]>::parse_terminated_with(&content, |input| {
            let name = if input.peek(LitStr) {
                input.parse::<LitStr>()?.value()
            } else {
                input.call(Ident::parse_any)?.to_string()
            };
            input.parse::<Token![=]>()?;
            Ok((name, input.parse()?))
        })?;
        self.0.extend(examples);
        Ok(())
    }

    /// `Some(|| vec![(name, example), …])`, or `None`
    pub(crate) fn to_tokens(&self, krate: &TokenStream) -> TokenStream {
        if self.0.is_empty() {
            return quote!(::core::option::Option::None);
        }
        let (names, examples): (Vec<&String>, Vec<&Expr>) =
            self.0.iter().map(|(name, example)| (name, example)).unzip();
        quote! {
            ::core::option::Option::Some(|| {
                let examples: ::std::vec::Vec<(::std::string::String, #krate::openapi::Example)> =
                    ::std::vec![#((::std::string::String::from(#names), #examples)),*];
                examples
            })
        }
    }
}
