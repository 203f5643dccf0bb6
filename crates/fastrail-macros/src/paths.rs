//! Where the generated code finds `fastrail`.

use proc_macro2::TokenStream;
use quote::quote;

/// The path of the framework crate; `#[schema(crate = "…")]` overrides it for a crate that renames or re-exports it
pub(crate) fn krate() -> TokenStream {
    quote!(::fastrail)
}
