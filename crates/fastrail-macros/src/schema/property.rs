//! One field of a struct: its name on the wire, its rules, its place in the document.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Field, Ident, Type};

use super::serde_attrs::{self, Fallback};
use super::{Item, case, own_attrs, unraw};

/// A field, with what its attributes say
pub(super) struct Property<'a> {
    ident: &'a Ident,
    pub(super) ty: &'a Type,
    name: String,
    pub(super) wire: serde_attrs::Item,
    own: own_attrs::Field,
    has_default: bool,
}

impl<'a> Property<'a> {
    pub(super) fn new(item: &Item<'_>, field: &'a Field) -> syn::Result<Self> {
        let Some(ident) = &field.ident else {
            return Err(syn::Error::new_spanned(field, "give the field a name"));
        };
        let wire = serde_attrs::Item::parse(&field.attrs)?;
        let own = own_attrs::Field::parse(&field.attrs)?;
        let name = wire.rename.clone().unwrap_or_else(|| item.wire.case.field(&unraw(ident)));
        let has_default = wire.default.is_some() || item.wire.default.is_some();
        if is_patch(&field.ty) && !has_default && !wire.skip_deserializing {
            let message = format!(
                "a `Patch` field needs `#[serde(default)]`: without it a request that leaves `{ident}` out is refused",
            );
            return Err(syn::Error::new_spanned(&field.ty, message));
        }
        Ok(Self { ident, ty: &field.ty, name, wire, own, has_default })
    }

    /// The names that input may use
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.wire.aliases)
    }

    fn rules(&self, krate: &TokenStream) -> TokenStream {
        self.own.rules.to_tokens_static(krate)
    }

    fn asserts(&self, krate: &TokenStream) -> Option<TokenStream> {
        let subject = format!("the field `{}`", unraw(self.ident));
        (!self.own.rules.is_empty()).then(|| self.own.rules.assertions(krate, self.ty, &subject))
    }

    /// The rules mean something on this type: asked beside the item, where every `cargo check` sees it
    pub(super) fn item_assertion(&self, item: &Item<'_>) -> Option<TokenStream> {
        let asserts = self.asserts(&item.krate).filter(|_| item.generics.params.is_empty())?;
        Some(quote!(const _: () = { #asserts };))
    }

    /// The same in a generic item, whose types are known only where it is used
    pub(super) fn inline_assertion(&self, item: &Item<'_>) -> Option<TokenStream> {
        let asserts = self.asserts(&item.krate).filter(|_| !item.generics.params.is_empty())?;
        Some(quote!(const { #asserts };))
    }

    pub(super) fn check(&self, krate: &TokenStream) -> TokenStream {
        let (ident, ty, rules) = (self.ident, self.ty, self.rules(krate));
        quote!(<#ty as #krate::schema::Schema>::check(&self.#ident, #rules))
    }

    pub(super) fn diagnose(&self, item: &Item<'_>) -> TokenStream {
        let krate = &item.krate;
        let (ty, rules, required) = (self.ty, self.rules(krate), self.required(krate));
        let names = self.names();
        quote! {
            #krate::__private::model::field::<Self, #ty>(__value, __object, &[#(#names),*], #required, #rules, __diagnosis);
        }
    }

    pub(super) fn redact(&self, krate: &TokenStream) -> TokenStream {
        let ty = self.ty;
        let names = self.names();
        quote!(#krate::__private::model::redact::<#ty>(__object, &[#(#names),*]);)
    }

    fn required(&self, krate: &TokenStream) -> TokenStream {
        let ty = self.ty;
        if self.has_default { quote!(false) } else { quote!(!<#ty as #krate::schema::Schema>::OPTIONAL) }
    }

    /// Adds the property to `__model`; nothing for a field that is on no wire
    pub(super) fn document(&self, item: &Item<'_>) -> Option<TokenStream> {
        if self.wire.skip_deserializing && self.wire.skip_serializing {
            return None;
        }
        let krate = &item.krate;
        let (ty, name, rules) = (self.ty, &self.name, self.rules(krate));
        let document = &self.own.document;
        let title = match &document.title {
            Some(title) => quote!(#title),
            None => {
                let title = case::title(&unraw(self.ident));
                quote!(#title)
            }
        };
        let explicit_title = document.title.is_some();
        let required = if self.wire.skip_deserializing { quote!(false) } else { self.required(krate) };
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
            let __property = <#ty as #krate::schema::Schema>::schema(#rules, __generator) #keywords;
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
        let (ty, ident) = (self.ty, self.ident);
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
        Some(quote!(#krate::__private::model::steady(|| {
            use #krate::__private::model::{CannotSerialize as _, CanSerialize as _};
            #make
            (&#krate::__private::model::Probe(&#value)).to_json()
        })))
    }
}

/// Whether the type is written as `Patch<…>`
fn is_patch(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Patch")
}
