//! Enums without data: one string of a closed list.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, parse_quote};

use super::{Item, own_attrs, serde_attrs, unraw};

/// Implements `Schema`, `Scalar` and `Argument` for an enum whose variants hold nothing
pub(super) fn expand(item: &Item<'_>, data: &DataEnum) -> syn::Result<TokenStream> {
    if let Some(path) = item.own.validators.iter().chain(&item.own.async_validators).next() {
        return Err(syn::Error::new_spanned(
            path,
            "the variants are all there is to check: leave out what is not valid",
        ));
    }
    let krate = &item.krate;
    let mut names = Vec::new();
    let mut idents = Vec::new();
    let mut spellings = Vec::new();
    for variant in &data.variants {
        let wire = serde_attrs::Item::parse(&variant.attrs)?;
        own_attrs::Field::parse(&variant.attrs)?;
        if wire.skip_deserializing {
            continue;
        }
        let ident = &variant.ident;
        let name = wire.rename.clone().unwrap_or_else(|| item.wire.case.variant(&unraw(ident)));
        let aliases = &wire.aliases;
        spellings.push(quote!(#name #(| #aliases)*));
        idents.push(ident);
        names.push(name);
    }
    if names.is_empty() {
        return Err(syn::Error::new_spanned(item.ident, "an enum without a variant accepts nothing"));
    }

    let header = item.header(&quote!(#krate::schema::Schema), &[]);
    let ident = item.ident;
    let (_, types, _) = item.generics.split_for_impl();
    let serializable = parse_quote!(for<'any> #ident #types: #krate::__private::serde::Serialize);
    let scalar = item.header(&quote!(#krate::schema::Scalar), &[serializable]);
    let argument = item.argument(
        &quote!(#krate::params::ScalarKind),
        vec![parse_quote!(for<'any> #ident #types: #krate::schema::Scalar)],
    );
    let name = item.name();
    let keywords = keywords(item);
    Ok(quote! {
        #header {
            const CLASS: #krate::schema::Class = #krate::schema::Class::Plain;

            fn name() -> ::std::borrow::Cow<'static, str> {
                #name
            }

            fn schema(
                _: &#krate::schema::Rules,
                __generator: &mut #krate::schema::Generator,
            ) -> #krate::schema::JsonSchema {
                let __name = <Self as #krate::schema::Schema>::name();
                __generator.component::<Self>(&__name, |_| {
                    #krate::__private::model::enum_schema(&[#(#names),*]) #keywords
                })
            }

            #[inline]
            fn check(&self, _: &#krate::schema::Rules) -> bool {
                true
            }

            fn diagnose(
                __value: &#krate::__private::serde_json::Value,
                _: &#krate::schema::Rules,
                __diagnosis: &mut #krate::schema::Diagnosis,
            ) {
                #krate::__private::model::diagnose_enum::<Self>(
                    __value, |__text| ::core::matches!(__text, #(#spellings)|*), &[#(#names),*], __diagnosis,
                );
            }
        }
        #scalar {
            fn parse(__text: &str) -> ::core::result::Result<Self, #krate::schema::Issue> {
                match __text {
                    #(#spellings => ::core::result::Result::Ok(Self::#idents),)*
                    _ => ::core::result::Result::Err(#krate::schema::Issue::one_of(&[#(#names),*])),
                }
            }
        }
        #argument
    })
}

/// What the document says about an enum as a whole
pub(super) fn keywords(item: &Item<'_>) -> TokenStream {
    let krate = &item.krate;
    let document = &item.own.document;
    let mut keywords = match &document.title {
        Some(title) => quote!(.with("title", #title)),
        None => quote!(.with("title", <Self as #krate::schema::Schema>::name())),
    };
    keywords.extend(document.description.as_ref().map(|description| quote!(.with("description", #description))));
    if !document.examples.is_empty() {
        let examples = &document.examples;
        keywords.extend(quote!(.with("examples", #krate::__private::serde_json::json!([#(#examples),*]))));
    }
    if document.deprecated {
        keywords.extend(quote!(.with("deprecated", true)));
    }
    keywords
}
