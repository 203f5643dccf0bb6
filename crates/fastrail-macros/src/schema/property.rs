//! One field of a struct: its name on the wire, its rules, its place in the document.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Field, Ident, Type};

use super::case::Case;
use super::serde_attrs::{self, Fallback};
use super::{Item, asynchronous, case, own_attrs, unraw};

/// A field, with what its attributes say
pub(super) struct Property<'a> {
    ident: Ident,
    pub(super) ty: &'a Type,
    name: String,
    pub(super) wire: serde_attrs::Item,
    own: own_attrs::Field,
    has_default: bool,
    spec: Ident,
}

impl<'a> Property<'a> {
    /// Field `index` of the item, or of a variant; `owner` begins the name of the type that stands for it
    pub(super) fn new(item: &Item<'_>, owner: &str, case: Case, index: usize, field: &'a Field) -> syn::Result<Self> {
        let ident = field.ident.clone().unwrap_or_else(|| format_ident!("field_{index}"));
        let wire = serde_attrs::Item::parse(&field.attrs)?;
        let own = own_attrs::Field::parse(&field.attrs)?;
        let name = wire.rename.clone().unwrap_or_else(|| case.field(&unraw(&ident)));
        let has_default = wire.default.is_some() || item.wire.default.is_some();
        if is_patch(&field.ty) && !has_default && !wire.skip_deserializing {
            let message = format!(
                "a `Patch` field needs `#[serde(default)]`: without it a request that leaves `{ident}` out is refused",
            );
            return Err(syn::Error::new_spanned(&field.ty, message));
        }
        let spec = format_ident!("__{owner}{index}");
        Ok(Self { ident, ty: &field.ty, name, wire, own, has_default, spec })
    }

    /// The names that input may use
    fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.wire.aliases)
    }

    /// The type that stands for the field: `__Name3`, with the struct's generics
    pub(super) fn spec(&self, item: &Item<'_>) -> TokenStream {
        let ident = &self.spec;
        let (_, types, _) = item.generics.split_for_impl();
        quote!(#ident #types)
    }

    /// Declares that type. Only here the field's type must have a schema, so that a missing one is one error.
    pub(super) fn declaration(&self, item: &Item<'_>) -> TokenStream {
        let krate = &item.krate;
        let (spec, ident, ty, span) = (&self.spec, item.ident, self.ty, self.ty.span());
        let (parameters, types, conditions) = item.generics.split_for_impl();
        let header = item.header_for(spec, &quote!(#krate::__private::model::FieldSpec), &[]);
        let names = self.names();
        let (has_default, rules) = (self.has_default, self.own.rules.to_tokens_static(krate));
        let ty = quote_spanned!(span=> #ty);
        quote! {
            struct #spec #parameters (::core::marker::PhantomData<fn() -> #ident #types>) #conditions;

            #header {
                type Ty = #ty;
                const NAMES: &'static [&'static str] = &[#(#names),*];
                const HAS_DEFAULT: bool = #has_default;

                #[inline(always)]
                fn rules() -> &'static #krate::schema::Rules {
                    #rules
                }
            }
        }
    }

    /// The rules mean something on this type: asked beside the item, where every `cargo check` sees it
    pub(super) fn item_assertion(&self, item: &Item<'_>) -> Option<TokenStream> {
        let asserts = self.asserts(item).filter(|_| item.generics.params.is_empty())?;
        Some(quote!(const _: () = { #asserts };))
    }

    /// The same in a generic item, whose types are known only where it is used
    pub(super) fn inline_assertion(&self, item: &Item<'_>) -> Option<TokenStream> {
        let asserts = self.asserts(item).filter(|_| !item.generics.params.is_empty())?;
        Some(quote!(const { #asserts };))
    }

    fn asserts(&self, item: &Item<'_>) -> Option<TokenStream> {
        let (krate, spec) = (&item.krate, self.spec(item));
        let subject = format!("the field `{}`", unraw(&self.ident));
        let accepts = quote!(#krate::__private::model::accepts::<#spec>());
        (!self.own.rules.is_empty()).then(|| self.own.rules.assertions_on(krate, &accepts, &subject))
    }

    pub(super) fn ident(&self) -> &Ident {
        &self.ident
    }

    /// Whether the value at `place` keeps the field's rules
    pub(super) fn check(&self, item: &Item<'_>, place: &TokenStream) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        let validators = &self.own.validators;
        quote!(#krate::__private::model::check::<#spec>(#place) #(&& #validators(#place).is_ok())*)
    }

    pub(super) fn sanitize(&self, item: &Item<'_>, place: &TokenStream) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        quote!(#krate::__private::model::sanitize::<#spec>(#place);)
    }

    /// The field's own checks, once nothing else is wrong with `value`, which is the field's or the whole object
    fn validate(&self, item: &Item<'_>, function: &str, value: &TokenStream) -> TokenStream {
        let (krate, spec, ty) = (&item.krate, self.spec(item), self.ty);
        let function = Ident::new(function, proc_macro2::Span::call_site());
        self.own
            .validators
            .iter()
            .map(|path| {
                quote_spanned! {path.span()=>
                    if __diagnosis.len() == __before {
                        #krate::__private::model::#function::<#spec, _>(
                            #value, __diagnosis, |__value: &#ty| #path(__value),
                        );
                    }
                }
            })
            .collect()
    }

    /// Diagnoses the data of a variant that holds this field alone
    pub(super) fn diagnose_alone(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        let validate = self.validate(item, "validate_value", &quote!(__value));
        quote! {
            let __before = __diagnosis.len();
            #krate::__private::model::diagnose::<#spec>(__value, __diagnosis);
            #validate
        }
    }

    /// The checks that the field declares
    pub(super) fn validators(&self) -> impl Iterator<Item = &syn::Path> {
        self.own.validators.iter().chain(&self.own.async_validators)
    }

    /// Announces the async validators of the field and of what is inside
    pub(super) fn announce_async(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        let inside = quote!(#krate::__private::model::async_validators::<#spec>);
        asynchronous::announce(&inside, &self.own.async_validators)
    }

    /// Walks the async validators through the value at `place`, which has a step of its own where it is named
    pub(super) fn check_async(&self, item: &Item<'_>, place: &TokenStream) -> TokenStream {
        let known = self.known(item);
        let walk = self.check_async_alone(item);
        quote! {{
            let __place = #place;
            __checks.field(#known, move |__checks| { #walk });
        }}
    }

    /// Walks them through `__place`
    pub(super) fn check_async_alone(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        let inside = quote!(#krate::__private::model::check_async::<#spec>);
        asynchronous::walk(&inside, self.ty, &self.own.async_validators)
    }

    pub(super) fn set_items(&self, item: &Item<'_>, place: &TokenStream) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        quote!(#krate::__private::model::set_items::<#spec>(#place))
    }

    pub(super) fn diagnose(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        let validate = self.validate(item, "validate_field", &quote!(__object));
        let before = (!validate.is_empty()).then(|| quote!(let __before = __diagnosis.len();));
        quote! {
            #before
            #krate::__private::model::field::<Self, #spec>(__value, __object, __diagnosis);
            #validate
        }
    }

    /// The names that input may use
    pub(super) fn known(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        quote!(<#spec as #krate::__private::model::FieldSpec>::NAMES)
    }

    pub(super) fn redact(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        quote!(#krate::__private::model::redact::<#spec>(__object);)
    }

    pub(super) fn holds_secret(&self, item: &Item<'_>) -> TokenStream {
        let (krate, spec) = (&item.krate, self.spec(item));
        quote!(#krate::__private::model::holds_secret::<#spec>(__trail))
    }

    /// Adds the property to `__model`; nothing for a field that is on no wire
    pub(super) fn document(&self, item: &Item<'_>) -> Option<TokenStream> {
        if self.wire.skip_deserializing && self.wire.skip_serializing {
            return None;
        }
        let krate = &item.krate;
        let (name, spec) = (&self.name, self.spec(item));
        let document = &self.own.document;
        let title = match &document.title {
            Some(title) => quote!(#title),
            None => {
                let title = case::title(&unraw(&self.ident));
                quote!(#title)
            }
        };
        let explicit_title = document.title.is_some();
        let required = if self.wire.skip_deserializing {
            quote!(false)
        } else {
            quote!(#krate::__private::model::is_required::<#spec>())
        };
        let mut keywords = TokenStream::new();
        if let Some(description) = self.description() {
            keywords.extend(quote!(.with("description", #description)));
        }
        if let Some(format) = &self.own.format {
            keywords.extend(quote!(.with("format", #format)));
        }
        if !document.examples.is_empty() {
            let examples = &document.examples;
            keywords.extend(quote!(.with("examples", #krate::__private::serde_json::json!([#(#examples),*]))));
        }
        for (set, keyword) in [
            (document.deprecated, "deprecated"),
            (self.wire.skip_deserializing, "readOnly"),
            (self.wire.skip_serializing, "writeOnly"),
        ] {
            if set {
                keywords.extend(quote!(.with(#keyword, true)));
            }
        }
        let default = self.default_probe(item).unwrap_or_else(|| quote!(::core::option::Option::None));
        Some(quote! {{
            let __property = #krate::__private::model::schema::<#spec>(__generator) #keywords;
            let __default = #default;
            __model.property(#name, #title, #explicit_title, #required, __property, __default);
        }})
    }

    fn description(&self) -> Option<String> {
        let description = self.own.document.description.clone();
        if self.wire.aliases.is_empty() {
            return description;
        }
        let aliases: Vec<String> = self.wire.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        let note = format!("Also read as {}.", aliases.join(", "));
        Some(description.map_or_else(|| note.clone(), |text| format!("{text}\n\n{note}")))
    }

    /// What a missing field becomes, as JSON: `None` where its type is not `Serialize`
    fn default_probe(&self, item: &Item<'_>) -> Option<TokenStream> {
        let krate = &item.krate;
        let (ty, ident) = (self.ty, &self.ident);
        let (make, value) = match (&self.wire.default, &item.wire.default) {
            (Some(Fallback::Trait), _) => {
                (quote!(let __made: #ty = ::core::default::Default::default();), quote!(__made))
            }
            (Some(Fallback::Path(path)), _) => (quote!(let __made: #ty = #path();), quote!(__made)),
            (None, Some(Fallback::Trait)) => {
                (quote!(let __made: Self = ::core::default::Default::default();), quote!(__made.#ident))
            }
            (None, Some(Fallback::Path(path))) => (quote!(let __made: Self = #path();), quote!(__made.#ident)),
            (None, None) => return None,
        };
        let spec = self.spec(item);
        let mark = (!self.wire.skip_deserializing).then(|| {
            quote! {
                #make
                #krate::__private::model::mark_default::<#spec>(&#value, __generator);
            }
        });
        Some(quote! {{
            #mark
            #krate::__private::model::steady(|| {
                use #krate::__private::model::{CannotSerialize as _, CanSerialize as _};
                #make
                (&#krate::__private::model::Probe(&#value)).to_json()
            })
        }})
    }
}

/// Whether the type is written as `Patch<…>`
fn is_patch(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Patch")
}
