//! `examples = [7, 8]` and `openapi_examples(normal = Example::of(…), …)` at an argument.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprArray, LitStr, Token, parenthesized};

/// The examples of one argument
#[derive(Default)]
pub(crate) struct Examples {
    /// For its schema
    plain: Vec<Expr>,
    /// For itself, with their names
    named: Vec<(String, Expr)>,
}

impl Examples {
    /// Reads `= [7, 8]`, or `(normal = Example::of(…), "with a blank" = …)`
    pub(crate) fn read(&mut self, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if key == "examples" {
            self.plain.extend(meta.value()?.parse::<ExprArray>()?.elems);
            return Ok(());
        }
        let content;
        parenthesized!(content in meta.input);
        self.named.extend(Punctuated::<(String, Expr), Token![,]>::parse_terminated_with(&content, named)?);
        Ok(())
    }

    /// The two fields of `Meta`
    pub(crate) fn to_tokens(&self, krate: &TokenStream) -> TokenStream {
        let some = |is_empty: bool, list: TokenStream| {
            if is_empty {
                quote!(::core::option::Option::None)
            } else {
                quote!(::core::option::Option::Some(|| ::std::vec![#list]))
            }
        };
        let plain = &self.plain;
        let plain = some(plain.is_empty(), quote!(#(#krate::__private::serde_json::json!(#plain)),*));
        let named = self.named.iter().map(|(name, example)| quote!((::std::string::String::from(#name), #example)));
        let named = some(self.named.is_empty(), quote!(#(#named),*));
        quote! {
            examples: #plain,
            openapi_examples: #named,
        }
    }
}

fn named(input: ParseStream<'_>) -> syn::Result<(String, Expr)> {
    let name =
        if input.peek(LitStr) { input.parse::<LitStr>()?.value() } else { input.call(Ident::parse_any)?.to_string() };
    input.parse::<Token![=]>()?;
    Ok((name, input.parse()?))
}
