//! `#[derive(Schema)]`: which shape an item has, and what every shape shares.

mod asynchronous;
pub(crate) mod case;
mod enums;
mod model;
mod newtype;
mod own_attrs;
mod property;
mod serde_attrs;
mod unions;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, Generics, Ident, parse_quote};

/// The item, with what its attributes say
struct Item<'a> {
    krate: TokenStream,
    ident: &'a Ident,
    generics: &'a Generics,
    wire: serde_attrs::Container,
    own: own_attrs::Container,
}

/// Expands the derive; errors become compile errors at their place
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    syn::parse2::<DeriveInput>(input).and_then(|input| expand(&input)).unwrap_or_else(syn::Error::into_compile_error)
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let own = own_attrs::Container::parse(&input.attrs)?;
    let krate = own.krate.as_ref().map_or_else(crate::paths::krate, ToTokens::to_token_stream);
    let wire = serde_attrs::Container::parse(&input.attrs)?;
    let item = Item { krate, ident: &input.ident, generics: &input.generics, wire, own };
    let refuse = |message: &str| Err(syn::Error::new_spanned(&input.ident, message));
    if let (Data::Struct(_), Some(tag)) = (&input.data, &item.wire.tag) {
        return Err(syn::Error::new(tag.span(), "a struct has no variants to tell apart: a tag is for enums"));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if item.wire.transparent => newtype::expand(&item, fields.named.iter()),
            Fields::Named(fields) => model::expand(&item, fields.named.iter()),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => newtype::expand(&item, fields.unnamed.iter()),
            Fields::Unnamed(_) => refuse("a tuple struct has no names for its fields: give them some"),
            Fields::Unit => {
                refuse("a unit struct has no fields, so there is nothing to validate: write `struct Name {}`")
            }
        },
        Data::Enum(data) => {
            let holds_data = data.variants.iter().any(|variant| !matches!(variant.fields, Fields::Unit));
            let tagged = item.wire.tag.is_some() || item.wire.untagged;
            if holds_data || tagged { unions::expand(&item, data) } else { enums::expand(&item, data) }
        }
        Data::Union(_) => refuse("a union has no JSON form: use a struct"),
    }
}

impl Item<'_> {
    /// The name in the document: a fn body of `Schema::name`
    fn name(&self) -> TokenStream {
        let base = match &self.own.name {
            Some(name) => name.value(),
            None => unraw(self.ident),
        };
        let krate = &self.krate;
        let parameters: Vec<_> = self.generics.type_params().map(|parameter| &parameter.ident).collect();
        if parameters.is_empty() {
            return quote!(::std::borrow::Cow::Borrowed(#base));
        }
        quote!(::std::borrow::Cow::Owned(
            [::std::borrow::Cow::Borrowed(#base), #(<#parameters as #krate::schema::Schema>::name(),)*].join("_")
        ))
    }

    /// `impl<T> Trait for Item<T> where T: Schema, …` without the braces
    fn header(&self, path: &TokenStream, extra: &[syn::WherePredicate]) -> TokenStream {
        self.header_for(self.ident, path, extra)
    }

    /// The same for another type with the item's generics
    fn header_for(&self, ident: &Ident, path: &TokenStream, extra: &[syn::WherePredicate]) -> TokenStream {
        let krate = &self.krate;
        let mut generics = self.generics.clone();
        for parameter in self.generics.type_params() {
            let ident = &parameter.ident;
            generics.make_where_clause().predicates.push(parse_quote!(#ident: #krate::schema::Schema));
        }
        if !extra.is_empty() {
            generics.make_where_clause().predicates.extend(extra.iter().cloned());
        }
        let (_, types, _) = self.generics.split_for_impl();
        let (parameters, _, conditions) = generics.split_for_impl();
        quote!(#[automatically_derived] impl #parameters #path for #ident #types #conditions)
    }

    /// The checks of the whole value on the fast path: `&& is_consistent(self).is_ok()`
    fn own_checks(&self) -> TokenStream {
        let validators = &self.own.validators;
        quote!(#(&& #validators(self).is_ok())*)
    }

    /// The same on the slow path, around `walk`: they run once the fields have fit
    fn with_own_validators(&self, walk: TokenStream) -> TokenStream {
        let (krate, validators) = (&self.krate, &self.own.validators);
        if validators.is_empty() {
            return walk;
        }
        quote! {
            let __start = __diagnosis.len();
            #walk
            #(
                if __diagnosis.len() == __start {
                    #krate::__private::model::validate::<Self, _>(
                        __value, &#krate::schema::Rules::NONE, __diagnosis, |__value: &Self| #validators(__value),
                    );
                }
            )*
        }
    }

    /// Makes the type usable as an argument of a path operation; `kind` is a type of `fastrail::params`
    ///
    /// Only where it can be read: `for<'any>` lets the bound be false, for types that only go out.
    fn argument(&self, kind: &TokenStream, mut extra: Vec<syn::WherePredicate>) -> TokenStream {
        let krate = &self.krate;
        let ident = self.ident;
        let (_, types, _) = self.generics.split_for_impl();
        extra.push(parse_quote!(
            for<'any> #ident #types: #krate::__private::serde::Deserialize<'any> + ::core::marker::Send + 'static
        ));
        let header = self.header(&quote!(#krate::params::Argument), &extra);
        quote!(#header { type Kind = #kind; })
    }
}

/// The name of an identifier without `r#`
fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}
