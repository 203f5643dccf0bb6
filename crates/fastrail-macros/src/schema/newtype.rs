//! Structs around one value, which look like that value: `struct UserId(Uuid)`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Field, Index, parse_quote};

use super::{Item, asynchronous, own_attrs, serde_attrs, unraw};

/// Implements `Schema`, `Scalar` and `Argument` by way of the inner type
pub(super) fn expand<'a>(item: &Item<'_>, fields: impl Iterator<Item = &'a Field>) -> syn::Result<TokenStream> {
    let fields: Vec<&Field> = fields.collect();
    let [field] = fields[..] else {
        return Err(syn::Error::new_spanned(item.ident, "`#[serde(transparent)]` wants exactly one field"));
    };
    serde_attrs::Item::parse(&field.attrs)?;
    let own = own_attrs::Field::parse(&field.attrs)?;
    if let Some(path) = item.own.validators.iter().chain(&item.own.async_validators).next() {
        return Err(syn::Error::new_spanned(
            path,
            "write `validate` at the value inside: there is nothing else to check",
        ));
    }
    let krate = &item.krate;
    let ty = &field.ty;
    let access = field.ident.as_ref().map_or_else(|| Index::from(0).into_token_stream(), ToTokens::to_token_stream);
    let inner = quote!(<#ty as #krate::schema::Schema>);
    let rules = own.rules.to_tokens_static(krate);
    let subject = format!("the value of `{}`", unraw(item.ident));
    let asserts = own.rules.assertions(krate, ty, &subject);
    let generic = !item.generics.params.is_empty();
    let item_asserts = (!generic && !own.rules.is_empty()).then(|| quote!(const _: () = { #asserts };));
    let inline_asserts = (generic && !own.rules.is_empty()).then(|| quote!(const { #asserts };));
    let optional = if item.wire.transparent { quote!(#inner::OPTIONAL) } else { quote!(false) };
    let validators = &own.validators;
    let validate: TokenStream = validators
        .iter()
        .map(|path| {
            quote_spanned! {path.span()=>
                if __diagnosis.len() == __before {
                    #krate::__private::model::validate::<#ty, _>(
                        __value, __own, __diagnosis, |__value: &#ty| #path(__value),
                    );
                }
            }
        })
        .collect();
    let announce = asynchronous::announce(&quote!(#inner::async_validators), &own.async_validators);
    let walk_async = asynchronous::walk(&quote!(#inner::check_async), ty, &own.async_validators);
    let walk_async = quote!(let __place = &self.#access; #walk_async);
    let asynchronous = asynchronous::fns(item, &announce, &walk_async);
    let documented = document(item, &own);
    let header = item.header(&quote!(#krate::schema::Schema), &[parse_quote!(#ty: #krate::schema::Schema)]);
    let name = item.name();
    let scalar = scalar(item, field);
    let argument = item.argument(
        &quote!(<#ty as #krate::params::Argument>::Kind),
        vec![parse_quote!(for<'any> #ty: #krate::params::Argument)],
    );
    Ok(quote! {
        #item_asserts
        #header {
            const CLASS: #krate::schema::Class = #inner::CLASS;
            const ACCEPTS: #krate::schema::Accepts = #inner::ACCEPTS;
            const OPTIONAL: bool = #optional;

            fn name() -> ::std::borrow::Cow<'static, str> {
                #name
            }

            fn schema(
                __rules: &#krate::schema::Rules,
                __generator: &mut #krate::schema::Generator,
            ) -> #krate::schema::JsonSchema {
                let __own: &'static #krate::schema::Rules = #rules;
                let __schema = #inner::schema(&__rules.and(__own), __generator);
                #krate::__private::model::with_both_patterns(__schema, __rules, __own) #documented
            }

            #[inline]
            fn check(&self, __rules: &#krate::schema::Rules) -> bool {
                #inline_asserts
                #inner::check(&self.#access, #rules) && #inner::check(&self.#access, __rules)
                    #(&& #validators(&self.#access).is_ok())*
            }

            #[inline]
            fn sanitize(&mut self, __rules: &#krate::schema::Rules) {
                let __own: &'static #krate::schema::Rules = #rules;
                #inner::sanitize(&mut self.#access, __own);
                #inner::sanitize(&mut self.#access, __rules);
            }

            #[inline]
            fn sanitizing(__rules: &#krate::schema::Rules) -> #krate::schema::Sanitize {
                let __own: &'static #krate::schema::Rules = #rules;
                __own.sanitize.and(#inner::sanitizing(__rules))
            }

            #[inline]
            fn set_items(&self) -> usize {
                #inner::set_items(&self.#access)
            }

            fn diagnose(
                __value: &#krate::__private::serde_json::Value,
                __rules: &#krate::schema::Rules,
                __diagnosis: &mut #krate::schema::Diagnosis,
            ) {
                let __before = __diagnosis.len();
                let __own: &'static #krate::schema::Rules = #rules;
                let __sanitize = __own.sanitize.and(__rules.sanitize);
                let __own = &#krate::schema::Rules { sanitize: __sanitize, ..*__own };
                let __rules = &#krate::schema::Rules { sanitize: __sanitize, ..*__rules };
                #inner::diagnose(__value, __own, __diagnosis);
                if __diagnosis.len() == __before {
                    #inner::diagnose(__value, __rules, __diagnosis);
                }
                #validate
            }

            #asynchronous

            fn redact(__value: &mut #krate::__private::serde_json::Value) {
                #inner::redact(__value);
            }

            fn holds_secret(__trail: &mut ::std::vec::Vec<&'static str>) -> bool {
                #inner::holds_secret(__trail)
            }
        }
        #scalar
        #argument
    })
}

/// A newtype is read from text as its inner type is, where that is a scalar
fn scalar(item: &Item<'_>, field: &Field) -> TokenStream {
    let krate = &item.krate;
    let ty = &field.ty;
    let ident = item.ident;
    let (_, types, _) = item.generics.split_for_impl();
    let build = match &field.ident {
        Some(name) => quote!(|__inner| Self { #name: __inner }),
        None => quote!(Self),
    };
    let header = item.header(
        &quote!(#krate::schema::Scalar),
        &[
            parse_quote!(for<'any> #ty: #krate::schema::Scalar),
            parse_quote!(for<'any> #ident #types: #krate::__private::serde::Serialize),
        ],
    );
    quote! {
        #header {
            fn parse(__text: &str) -> ::core::result::Result<Self, #krate::schema::Issue> {
                <#ty as #krate::schema::Scalar>::parse(__text).map(#build)
            }
        }
    }
}

fn document(item: &Item<'_>, own: &own_attrs::Field) -> TokenStream {
    let krate = &item.krate;
    let mut keywords = TokenStream::new();
    let title = item.own.document.title.as_ref().or(own.document.title.as_ref());
    keywords.extend(title.map(|title| quote!(.with("title", #title))));
    let description = item.own.document.description.as_ref().or(own.document.description.as_ref());
    keywords.extend(description.map(|description| quote!(.with("description", #description))));
    keywords.extend(own.format.as_ref().map(|format| quote!(.with("format", #format))));
    let examples: Vec<_> = item.own.document.examples.iter().chain(&own.document.examples).collect();
    if !examples.is_empty() {
        keywords.extend(quote!(.with("examples", #krate::__private::serde_json::json!([#(#examples),*]))));
    }
    if item.own.document.deprecated || own.document.deprecated {
        keywords.extend(quote!(.with("deprecated", true)));
    }
    keywords
}
