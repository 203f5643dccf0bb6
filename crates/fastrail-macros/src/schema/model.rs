//! Structs with named fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Field;

use super::property::Property;
use super::{Item, asynchronous, unraw};

/// Implements `Schema` and `Argument` for a struct with named fields
pub(super) fn expand<'a>(item: &Item<'_>, fields: impl Iterator<Item = &'a Field>) -> syn::Result<TokenStream> {
    let krate = &item.krate;
    let mut properties = Vec::new();
    let mut errors: Option<syn::Error> = None;
    for (index, field) in fields.enumerate() {
        match Property::new(item, &item.ident.to_string(), item.wire.case, index, field) {
            Ok(property) => properties.push(property),
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }

    let header = item.header(&quote!(#krate::schema::Schema), &[]);
    let name = item.name();
    let schema = schema(item, &properties);
    let declarations: TokenStream = properties
        .iter()
        .filter(|property| !(property.wire.skip_deserializing && property.wire.skip_serializing))
        .map(|property| property.declaration(item))
        .collect();
    let asserts: TokenStream = properties.iter().filter_map(|property| property.item_assertion(item)).collect();
    let inline_asserts: TokenStream =
        properties.iter().filter_map(|property| property.inline_assertion(item)).collect();
    let read: Vec<&Property<'_>> = properties.iter().filter(|property| !property.wire.skip_deserializing).collect();
    let checks = read.iter().map(|property| property.check(item, &own_place(property)));
    let sanitizers = read.iter().map(|property| {
        let ident = property.ident();
        property.sanitize(item, &quote!(&mut self.#ident))
    });
    let own_checks = item.own_checks();
    let set_items = read.iter().map(|property| property.set_items(item, &own_place(property)));
    let diagnoses = read.iter().map(|property| property.diagnose(item));
    let redactions = read.iter().map(|property| property.redact(item));
    let secrets = read.iter().map(|property| property.holds_secret(item));
    let known = read.iter().map(|property| property.known(item));
    let announce: TokenStream = read.iter().map(|property| property.announce_async(item)).collect();
    let walk_async: TokenStream =
        read.iter().map(|property| property.check_async(item, &own_place(property))).collect();
    let asynchronous = asynchronous::fns(item, &announce, &walk_async);
    let unknown = item
        .wire
        .deny_unknown_fields
        .then(|| quote!(#krate::__private::model::refuse_unknown::<Self>(__object, &[#(#known),*], __diagnosis);));
    let walk = item.with_own_validators(quote!(#(#diagnoses)* #unknown));
    let argument = item.argument(&quote!(#krate::params::ModelKind), Vec::new());
    Ok(quote! {
        const _: () = {
        #declarations
        #asserts
        #header {
            const CLASS: #krate::schema::Class = #krate::schema::Class::Model;

            fn name() -> ::std::borrow::Cow<'static, str> {
                #name
            }

            fn schema(
                _: &#krate::schema::Rules,
                __generator: &mut #krate::schema::Generator,
            ) -> #krate::schema::JsonSchema {
                #schema
            }

            #[inline]
            fn check(&self, _: &#krate::schema::Rules) -> bool {
                #inline_asserts
                true #(&& #checks)* #own_checks
            }

            #[inline]
            fn sanitize(&mut self, _: &#krate::schema::Rules) {
                #(#sanitizers)*
            }

            #[inline]
            fn set_items(&self) -> usize {
                0 #(+ #set_items)*
            }

            fn diagnose(
                __value: &#krate::__private::serde_json::Value,
                _: &#krate::schema::Rules,
                __diagnosis: &mut #krate::schema::Diagnosis,
            ) {
                let ::core::option::Option::Some(__object) =
                    #krate::__private::model::object::<Self>(__value, __diagnosis) else { return };
                #walk
            }

            #asynchronous

            fn redact(__value: &mut #krate::__private::serde_json::Value) {
                if let ::core::option::Option::Some(__object) = #krate::__private::model::redactable::<Self>(__value) {
                    #(#redactions)*
                }
            }

            fn holds_secret(__trail: &mut ::std::vec::Vec<&'static str>) -> bool {
                #krate::__private::model::enter::<Self>(__trail)
                    && (false #(|| #secrets)*)
            }
        }
        #argument
        };
    })
}

fn own_place(property: &Property<'_>) -> TokenStream {
    let ident = property.ident();
    quote!(&self.#ident)
}

/// The body of `Schema::schema`: a component that is built once
fn schema(item: &Item<'_>, properties: &[Property<'_>]) -> TokenStream {
    let krate = &item.krate;
    let title = match &item.own.document.title {
        Some(title) => quote!(::std::borrow::Cow::Borrowed(#title)),
        None if item.own.name.is_none() && item.generics.params.is_empty() => {
            let title = unraw(item.ident);
            quote!(::std::borrow::Cow::Borrowed(#title))
        }
        None => quote!(<Self as #krate::schema::Schema>::name()),
    };
    let properties = properties.iter().filter_map(|property| property.document(item));
    let description = item.own.document.description.iter();
    let examples = &item.own.document.examples;
    let closed = item.wire.deny_unknown_fields.then(|| quote!(__model.refuse_unknown();));
    let min = item.own.min_properties.map(|min| quote!(__model.keyword("minProperties", #min);));
    let deprecated = item.own.document.deprecated.then(|| quote!(__model.keyword("deprecated", true);));
    let examples = (!examples.is_empty())
        .then(|| quote!(__model.keyword("examples", #krate::__private::serde_json::json!([#(#examples),*]));));
    quote! {
        __generator.component::<Self>(&<Self as #krate::schema::Schema>::name(), |__generator| {
            let mut __model = #krate::__private::model::ModelSchema::new();
            #(#properties)*
            #(__model.keyword("description", #description);)*
            #closed
            #min
            #deprecated
            #examples
            __model.finish(#title)
        })
    }
}
