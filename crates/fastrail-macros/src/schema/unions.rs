//! Enums with data: a union of what the variants hold, told apart as serde's attributes say.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DataEnum, Fields, Ident, Variant};

use super::property::Property;
use super::{Item, asynchronous, enums, own_attrs, serde_attrs, unraw};

/// One variant, with what its attributes say
struct Kind<'a> {
    ident: &'a Ident,
    fields: &'a Fields,
    wire: serde_attrs::Item,
    own: own_attrs::Field,
    name: String,
    properties: Vec<Property<'a>>,
}

impl<'a> Kind<'a> {
    fn new(item: &Item<'_>, index: usize, variant: &'a Variant) -> syn::Result<Self> {
        let wire = serde_attrs::Item::parse(&variant.attrs)?;
        let own = own_attrs::Field::parse(&variant.attrs)?;
        if !own.rules.is_empty() {
            let message = "a variant has no value of its own to constrain: write the rule at its field";
            return Err(syn::Error::new_spanned(&variant.ident, message));
        }
        let tuple = matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() > 1);
        let name = wire.rename.clone().unwrap_or_else(|| item.wire.case.variant(&unraw(&variant.ident)));
        let case = wire.case.unwrap_or(item.wire.field_case);
        let owner = format!("{}{index}_", item.ident);
        let properties = variant
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| Property::new(item, &owner, case, index, field))
            .collect::<syn::Result<Vec<_>>>()?;
        let validator =
            properties.iter().filter(|_| tuple).find_map(|property: &Property<'_>| property.validators().next());
        if let Some(path) = validator {
            let message = "give the fields names: in a list of values none has a place for a validator of its own";
            return Err(syn::Error::new_spanned(path, message));
        }
        Ok(Self { ident: &variant.ident, fields: &variant.fields, wire, own, name, properties })
    }

    fn read(&self) -> impl Iterator<Item = &Property<'a>> {
        self.properties.iter().filter(|property| !property.wire.skip_deserializing)
    }

    /// A pattern that binds each field, and the bindings
    fn pattern(&self) -> (TokenStream, Vec<TokenStream>) {
        let ident = self.ident;
        let bindings: Vec<Ident> = (0..self.properties.len()).map(|index| format_ident!("__f{index}")).collect();
        let pattern = match self.fields {
            Fields::Unit => quote!(Self::#ident),
            Fields::Unnamed(_) => quote!(Self::#ident(#(#bindings),*)),
            Fields::Named(_) => {
                let names = self.properties.iter().map(Property::ident);
                quote!(Self::#ident { #(#names: #bindings),* })
            }
        };
        (pattern, bindings.into_iter().map(|binding| quote!(#binding)).collect())
    }

    /// An arm that joins what `each` makes of the fields' values
    fn arm(
        &self,
        start: &TokenStream,
        join: &TokenStream,
        each: impl Fn(&Property<'a>, &TokenStream) -> TokenStream,
    ) -> TokenStream {
        let (pattern, bindings) = self.pattern();
        let parts = self
            .properties
            .iter()
            .zip(&bindings)
            .filter(|(property, _)| !property.wire.skip_deserializing)
            .map(|(property, binding)| each(property, binding));
        quote!(#pattern => #start #(#join #parts)*,)
    }

    /// An arm that walks the async validators through what the variant holds
    fn check_async(&self, item: &Item<'_>) -> TokenStream {
        let (krate, name) = (&item.krate, &self.name);
        let (pattern, bindings) = self.pattern();
        let named = matches!(self.fields, Fields::Named(_));
        let alone = self.read().count() == 1;
        let parts = self.properties.iter().zip(&bindings).filter(|(property, _)| !property.wire.skip_deserializing);
        let parts = parts.enumerate().map(|(index, (property, place))| {
            if named {
                return property.check_async(item, place);
            }
            let walk = property.check_async_alone(item);
            if alone {
                quote!({ let __place = #place; #walk })
            } else {
                quote!({ let __place = #place; __checks.item(#index, move |__checks| { #walk }); })
            }
        });
        let tagging = quote!(<Self as #krate::__private::model::UnionSpec>::UNION.tagging);
        quote!(#pattern => __checks.variant(#tagging, #name, move |__checks| { let _ = &__checks; #(#parts)* }),)
    }

    /// A value of `fastrail`'s `Variant`
    fn describe(&self, item: &Item<'_>) -> TokenStream {
        let krate = &item.krate;
        let model = quote!(#krate::__private::model);
        let names = std::iter::once(&self.name).chain(&self.wire.aliases);
        let description = match &self.own.document.description {
            Some(text) => quote!(::core::option::Option::Some(#text)),
            None => quote!(::core::option::Option::None),
        };
        let deprecated = self.own.document.deprecated;
        let unit = matches!(self.fields, Fields::Unit);
        let specs: Vec<_> = self.read().map(|property| property.spec(item)).collect();
        let secrets = self.read().map(|property| property.holds_secret(item));
        let (optional, schema, diagnose, redact) = match self.fields {
            Fields::Unit => self.unit(item),
            Fields::Unnamed(_) if specs.len() == 1 => {
                let spec = &specs[0];
                let diagnose_alone: TokenStream = self.read().map(|property| property.diagnose_alone(item)).collect();
                (
                    quote!(!#model::is_required::<#spec>()),
                    quote!(#model::schema::<#spec>(__generator)),
                    diagnose_alone,
                    quote!(#model::redact_value::<#spec>(__value);),
                )
            }
            Fields::Unnamed(_) => {
                let (count, indexes) = (specs.len(), 0..specs.len());
                let again = indexes.clone();
                (
                    quote!(false),
                    quote!(#model::tuple_schema(::std::vec![#(#model::schema::<#specs>(__generator)),*])),
                    quote! {
                        let ::core::option::Option::Some(__items) =
                            #model::tuple::<Self>(__value, #count, __diagnosis) else { return };
                        #(#model::item_of::<Self, #specs>(__value, __items, #indexes, __diagnosis);)*
                    },
                    quote!(#(#model::redact_item::<#specs>(__value, #again);)*),
                )
            }
            Fields::Named(_) => self.named(item),
        };
        quote! {
            #model::Variant {
                names: &[#(#names),*],
                description: #description,
                deprecated: #deprecated,
                unit: #unit,
                optional: #optional,
                schema: |__generator| #schema,
                diagnose: |__value, __diagnosis| { #diagnose },
                redact: |__value| { #redact },
                holds_secret: |__trail| false #(|| #secrets)*,
            }
        }
    }

    fn unit(&self, item: &Item<'_>) -> (TokenStream, TokenStream, TokenStream, TokenStream) {
        let krate = &item.krate;
        let model = quote!(#krate::__private::model);
        let beside_tag = item.wire.tag.is_some() && item.wire.content.is_none();
        let (schema, diagnose) = if beside_tag {
            let close = item.wire.deny_unknown_fields.then(|| quote!(__model.refuse_unknown();));
            let refuse = item.wire.deny_unknown_fields.then(|| {
                quote! {
                    if let ::core::option::Option::Some(__object) = #model::object::<Self>(__value, __diagnosis) {
                        #model::refuse_unknown::<Self>(__object, &[], __diagnosis);
                    }
                }
            });
            let title = unraw(self.ident);
            let schema = quote!({
                let _ = __generator;
                #[allow(unused_mut)]
                let mut __model = #model::ModelSchema::new();
                #close
                __model.finish(#title)
            });
            (schema, quote!(let _ = (__value, &__diagnosis); #refuse))
        } else {
            let schema = quote!({
                let _ = __generator;
                #krate::schema::JsonSchema::of("null")
            });
            (schema, quote!(#model::diagnose_unit::<Self>(__value, __diagnosis);))
        };
        (quote!(true), schema, diagnose, quote!(let _ = __value;))
    }

    fn named(&self, item: &Item<'_>) -> (TokenStream, TokenStream, TokenStream, TokenStream) {
        let krate = &item.krate;
        let model = quote!(#krate::__private::model);
        let documents = self.properties.iter().filter_map(|property| property.document(item));
        let diagnoses = self.read().map(|property| property.diagnose(item));
        let redactions = self.read().map(|property| property.redact(item));
        let known = self.read().map(|property| property.known(item));
        let closed = item.wire.deny_unknown_fields.then(|| quote!(__model.refuse_unknown();));
        let unknown = item
            .wire
            .deny_unknown_fields
            .then(|| quote!(#model::refuse_unknown::<Self>(__object, &[#(#known),*], __diagnosis);));
        let title = unraw(self.ident);
        let schema = quote!({
            let _ = &__generator;
            #[allow(unused_mut)]
            let mut __model = #model::ModelSchema::new();
            #(#documents)*
            #closed
            __model.finish(#title)
        });
        let diagnose = quote! {
            let ::core::option::Option::Some(__object) = #model::object::<Self>(__value, __diagnosis) else { return };
            let _ = __object;
            #(#diagnoses)*
            #unknown
        };
        let redact = quote! {
            if let ::core::option::Option::Some(__object) = #model::redactable::<Self>(__value) {
                let _ = &__object;
                #(#redactions)*
            }
        };
        (quote!(false), schema, diagnose, redact)
    }

    /// Beside a tag there is room for an object only
    fn shape_assertion(&self, item: &Item<'_>) -> Option<TokenStream> {
        if item.wire.tag.is_none() || item.wire.content.is_some() || !matches!(self.fields, Fields::Unnamed(_)) {
            return None;
        }
        let (krate, property) = (&item.krate, self.properties.first()?);
        let ty = property.ty;
        let message = format!(
            "the variant `{}` stands beside a tag, so it must hold a struct or a map: give its value a name, or the \
             enum `content = \"…\"`",
            self.ident
        );
        Some(quote_spanned! {ty.span()=>
            ::core::assert!(
                ::core::matches!(
                    <#ty as #krate::schema::Schema>::CLASS,
                    #krate::schema::Class::Model | #krate::schema::Class::Map
                        | #krate::schema::Class::Union | #krate::schema::Class::Any
                ),
                #message
            );
        })
    }
}

/// How serde's attributes tell the variants apart; serde itself refuses those that contradict each other
fn tagging(item: &Item<'_>) -> TokenStream {
    let krate = &item.krate;
    let tagging = quote!(#krate::__private::model::Tagging);
    match (&item.wire.tag, &item.wire.content) {
        _ if item.wire.untagged => quote!(#tagging::Untagged),
        (Some(tag), Some(content)) => quote!(#tagging::Adjacent(#tag, #content)),
        (Some(tag), None) => quote!(#tagging::Internal(#tag)),
        (None, _) => quote!(#tagging::External),
    }
}

/// Implements `Schema` and `Argument` for an enum with data
pub(super) fn expand(item: &Item<'_>, data: &DataEnum) -> syn::Result<TokenStream> {
    let krate = &item.krate;
    let model = quote!(#krate::__private::model);
    let tagging = tagging(item);
    let mut kinds = Vec::new();
    let mut errors: Option<syn::Error> = None;
    for (index, variant) in data.variants.iter().enumerate() {
        match (Kind::new(item, index, variant), &mut errors) {
            (Ok(kind), _) if kind.wire.skip_deserializing => {}
            (Ok(kind), _) => kinds.push(kind),
            (Err(error), Some(errors)) => errors.combine(error),
            (Err(error), none) => *none = Some(error),
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    if kinds.is_empty() {
        return Err(syn::Error::new_spanned(item.ident, "an enum without a variant accepts nothing"));
    }

    let properties = || kinds.iter().flat_map(|kind| &kind.properties);
    let declarations = properties().map(|property| property.declaration(item));
    let generic = !item.generics.params.is_empty();
    let shapes: TokenStream = kinds.iter().filter_map(|kind| kind.shape_assertion(item)).collect();
    let shapes = (!generic && !shapes.is_empty()).then(|| quote!(const _: () = { #shapes };));
    let asserts = properties().filter_map(|property| property.item_assertion(item));
    let inline_asserts = properties().filter_map(|property| property.inline_assertion(item));
    let checks = kinds.iter().map(|kind| kind.arm(&quote!(true), &quote!(&&), |field, place| field.check(item, place)));
    let set_items =
        kinds.iter().map(|kind| kind.arm(&quote!(0), &quote!(+), |field, place| field.set_items(item, place)));
    let sanitizers = kinds.iter().map(|kind| {
        let (pattern, bindings) = kind.pattern();
        let parts = kind
            .properties
            .iter()
            .zip(&bindings)
            .filter(|(property, _)| !property.wire.skip_deserializing)
            .map(|(property, place)| property.sanitize(item, place));
        quote!(#pattern => { #(#parts)* })
    });
    let announce: TokenStream =
        kinds.iter().flat_map(Kind::read).map(|property| property.announce_async(item)).collect();
    let walk_async = kinds.iter().map(|kind| kind.check_async(item));
    let walk_async = quote! {
        #[allow(unreachable_patterns, unused_variables)]
        match self { #(#walk_async)* _ => {} }
    };
    let asynchronous = asynchronous::fns(item, &announce, &walk_async);
    let own_checks = item.own_checks();
    let walk = item.with_own_validators(quote!(#model::diagnose_union::<Self>(__value, __diagnosis);));
    let variants = kinds.iter().map(|kind| kind.describe(item));
    let closed = item.wire.deny_unknown_fields;
    let header = item.header(&quote!(#krate::schema::Schema), &[]);
    let spec = item.header(&quote!(#model::UnionSpec), &[]);
    let argument = item.argument(&quote!(#krate::params::ModelKind), Vec::new());
    let (name, keywords) = (item.name(), enums::keywords(item));
    Ok(quote! {
        const _: () = {
        #(#declarations)*
        #shapes
        #(#asserts)*
        #spec {
            const UNION: #model::Union =
                #model::Union { tagging: #tagging, variants: &[#(#variants),*], closed: #closed };
        }
        #header {
            const CLASS: #krate::schema::Class = #krate::schema::Class::Union;

            fn name() -> ::std::borrow::Cow<'static, str> {
                #name
            }

            fn schema(
                _: &#krate::schema::Rules,
                __generator: &mut #krate::schema::Generator,
            ) -> #krate::schema::JsonSchema {
                let __name = <Self as #krate::schema::Schema>::name();
                __generator.component::<Self>(&__name, |__generator| {
                    #model::union_schema::<Self>(__generator) #keywords
                })
            }

            #[inline]
            fn check(&self, _: &#krate::schema::Rules) -> bool {
                #(#inline_asserts)*
                #[allow(unreachable_patterns, unused_variables)]
                (match self { #(#checks)* _ => true }) #own_checks
            }

            #[inline]
            fn sanitize(&mut self, _: &#krate::schema::Rules) {
                #[allow(unreachable_patterns, unused_variables)]
                match self { #(#sanitizers)* _ => {} }
            }

            #[inline]
            fn set_items(&self) -> usize {
                #[allow(unreachable_patterns, unused_variables)]
                match self { #(#set_items)* _ => 0 }
            }

            fn diagnose(
                __value: &#krate::__private::serde_json::Value,
                _: &#krate::schema::Rules,
                __diagnosis: &mut #krate::schema::Diagnosis,
            ) {
                #walk
            }

            #asynchronous

            fn redact(__value: &mut #krate::__private::serde_json::Value) {
                #model::redact_union::<Self>(__value);
            }

            fn holds_secret(__trail: &mut ::std::vec::Vec<&'static str>) -> bool {
                #model::union_holds_secret::<Self>(__trail)
            }
        }
        #argument
        };
    })
}
