//! `#[fastrail::test]`: an async test on a runtime of its own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// Expands the attribute
pub(crate) fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let mut function: ItemFn = syn::parse2(item)?;
    if function.sig.asyncness.take().is_none() {
        return Err(syn::Error::new_spanned(function.sig.fn_token, "a test with this attribute is an `async fn`"));
    }
    let (attributes, visibility, signature, block) = (&function.attrs, &function.vis, &function.sig, &function.block);
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility #signature {
            #krate::testing::block_on(async move #block)
        }
    })
}
