//! What stands in the place of an item whose expansion has failed, so that the error stays the only one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn};

use crate::operation::method_of;

/// What else a fn would have been
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stub {
    /// Nothing that a list names
    None,
    /// In `routes![…]`
    Operation,
    /// In `listeners![…]`
    Listener,
}

/// The item without our attributes, next to the error that its expansion came to
///
/// So what calls the fn or names it in a list does not add errors of its own about a fn that is missing.
pub(crate) fn beside(item: TokenStream, error: &syn::Error, stub: Stub) -> TokenStream {
    let error = error.to_compile_error();
    let Ok(mut function) = syn::parse2::<ItemFn>(item) else { return error };
    // A further method attribute would expand the fn once more.
    function.attrs.retain(|attribute| method_of(attribute).is_none());
    for argument in &mut function.sig.inputs {
        if let FnArg::Typed(typed) = argument {
            typed.attrs.clear();
        }
    }
    let is_method = matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)));
    let operation = (stub != Stub::None && !is_method).then(|| operation_stub(&function));
    let listener = (stub == Stub::Listener && !is_method).then(|| listener_stub(&function));
    quote!(#[allow(unused)] #function #operation #listener #error)
}

/// An operation without routes
fn operation_stub(function: &syn::ItemFn) -> TokenStream {
    let krate = &crate::paths::krate();
    let (visibility, name) = (&function.vis, &function.sig.ident);
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #visibility struct #name {}
        impl #krate::routing::Operation for #name {
            fn metas() -> &'static [#krate::routing::OperationMeta] { &[] }
            fn describe(
                _: &mut #krate::openapi::OperationDoc<'_>,
                _: ::core::option::Option<#krate::__private::StatusCode>,
            ) {
            }
            async fn invoke(
                _: &mut #krate::request::RequestContext,
            ) -> ::core::result::Result<#krate::__private::Response, #krate::error::Failure> {
                ::core::unreachable!()
            }
        }
    }
}

/// What makes an operation a listener, of an event that nobody emits
fn listener_stub(function: &syn::ItemFn) -> TokenStream {
    let krate = &crate::paths::krate();
    let name = &function.sig.ident;
    quote! {
        impl #krate::events::Listen for #name {
            type Argument = ::std::sync::Arc<#krate::__private::NoEvent>;
        }
    }
}
