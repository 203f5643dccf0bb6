//! The two fns of `Schema` that lead to async validators: which there are, and the values that they check.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Path, Type};

use super::Item;

/// `async_validators` and `check_async`, from what they do inside
pub(super) fn fns(item: &Item<'_>, announce: &TokenStream, walk: &TokenStream) -> TokenStream {
    let krate = &item.krate;
    let own = &item.own.async_validators;
    quote! {
        fn async_validators(__validators: &mut #krate::params::AsyncValidators) {
            if __validators.enter::<Self>() {
                #announce
                #(__validators.add::<#own>();)*
            }
        }

        fn check_async<'v>(&'v self, __checks: &mut #krate::params::AsyncChecks<'v, '_>) {
            #walk
            #(__checks.add::<#own, Self>(self);)*
        }
    }
}

/// Announces those inside, by the fn `inside`, and a field's own
pub(super) fn announce(inside: &TokenStream, own: &[Path]) -> TokenStream {
    quote! {
        #inside(__validators);
        #(__validators.add::<#own>();)*
    }
}

/// Walks into the value `__place` of type `ty` by the fn `inside`, then hands it to its field's own
pub(super) fn walk(inside: &TokenStream, ty: &Type, own: &[Path]) -> TokenStream {
    quote! {
        #inside(__place, __checks);
        #(__checks.add::<#own, #ty>(__place);)*
    }
}
