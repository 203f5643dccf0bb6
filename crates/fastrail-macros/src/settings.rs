//! `Settings`, derived: a struct is read from variables, an enum without data is a value of one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Lit, LitStr, Path, Token, UnOp};

use crate::argument::plain_name;
use crate::schema::case::snake;
use crate::suggest::unknown_key;

const KEYS: [&str; 11] =
    ["default", "ge", "gt", "le", "lt", "min_length", "max_length", "check", "name", "flatten", "secret"];

/// Derives `Settings`
pub(crate) fn derive(item: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    if let Some(parameter) = input.generics.params.first() {
        return Err(syn::Error::new_spanned(parameter, "settings have no generics"));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => structure(&input, fields.named.iter()),
            Fields::Unit => structure(&input, std::iter::empty()),
            Fields::Unnamed(fields) => Err(syn::Error::new(
                fields.span(),
                "the variables of settings have the names of fields, which these have not",
            )),
        },
        Data::Enum(data) => enumeration(&input, data),
        Data::Union(data) => {
            Err(syn::Error::new_spanned(data.union_token, "settings are a struct, or an enum without data"))
        }
    }
}

/// `#[setting(…)]` of a field
#[derive(Default)]
struct Attribute {
    default: Option<Option<Expr>>,
    rules: TokenStream,
    name: Option<LitStr>,
    flatten: bool,
    secret: bool,
}

impl Attribute {
    fn parse(field: &syn::Field) -> syn::Result<Self> {
        let mut attribute = Self::default();
        for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("setting")) {
            attr.parse_nested_meta(|meta| attribute.key(&meta))?;
        }
        Ok(attribute)
    }

    fn key(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let method = format_ident!("{}", if key.is_empty() { "none" } else { &key }, span = meta.path.span());
        match key.as_str() {
            "default" if meta.input.peek(Token![=]) => self.default = Some(Some(meta.value()?.parse()?)),
            "default" => self.default = Some(None),
            "ge" | "gt" | "le" | "lt" => {
                let bound: Expr = meta.value()?.parse()?;
                let text = match literal(&bound) {
                    Some(text) => quote!(#text),
                    None => quote!(&::std::string::ToString::to_string(&(#bound))),
                };
                self.rules.extend(quote_spanned!(meta.path.span()=> .#method(#text)));
            }
            "min_length" | "max_length" => {
                let length: Expr = meta.value()?.parse()?;
                self.rules.extend(quote_spanned!(meta.path.span()=> .#method(#length)));
            }
            "check" => {
                let check: Path = meta.value()?.parse()?;
                self.rules.extend(quote_spanned!(check.span()=> .check(|value| #check(value))));
            }
            "name" => {
                let name: LitStr = meta.value()?.parse()?;
                let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                if name.value().is_empty() || !name.value().chars().all(is_name) {
                    return Err(syn::Error::new(
                        name.span(),
                        "a variable's name has capitals, digits and underscores: `PORT`",
                    ));
                }
                self.name = Some(name);
            }
            "flatten" => self.flatten = true,
            "secret" => self.secret = true,
            _ => return Err(meta.error(unknown_key(&key, &KEYS))),
        }
        Ok(())
    }
}

/// The text of a literal, as a variable would have it
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            Lit::Float(number) => Some(number.base10_digits().to_owned()),
            Lit::Bool(flag) => Some(flag.value.to_string()),
            _ => None,
        },
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| format!("-{number}")),
        _ => None,
    }
}

/// A struct: its fields, one after another
fn structure<'f>(input: &DeriveInput, fields: impl Iterator<Item = &'f syn::Field>) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let check = container_check(input)?;
    let (mut lists, mut reads) = (TokenStream::new(), TokenStream::new());
    let mut names: Vec<Ident> = Vec::new();
    for field in fields {
        let attribute = Attribute::parse(field)?;
        let Some(ident) = &field.ident else { continue };
        let (ty, span) = (&field.ty, field.ty.span());
        let place = match (attribute.flatten, &attribute.name) {
            (true, Some(name)) => {
                return Err(syn::Error::new(name.span(), "a section without a name of its own has none"));
            }
            (true, None) => quote!(Flat),
            (false, Some(_)) => quote!(Root),
            (false, None) => quote!(Here),
        };
        let name = attribute.name.map_or_else(|| plain_name(ident).to_ascii_uppercase(), |name| name.value());
        let description = crate::docs::text(&field.attrs).unwrap_or_default();
        let (is_secret, rules, has_default) = (attribute.secret, &attribute.rules, attribute.default.is_some());
        let field = quote! {
            &#krate::settings::Field {
                name: #name,
                place: #krate::settings::Place::#place,
                is_secret: #is_secret,
                description: #description,
            }
        };
        lists.extend(quote_spanned!(span=> __listing.field::<#ty>(#field, #has_default);));
        let rules = quote!(|__rules| __rules #rules);
        let read = match &attribute.default {
            None => quote_spanned!(span=> __reader.field::<#ty>(#field, #rules)),
            Some(default) => {
                let default = default_of(default.as_ref(), &names, krate);
                quote_spanned!(span=> __reader.value::<#ty>(#field, #rules, &#default))
            }
        };
        reads.extend(quote!(let #ident = #read;));
        names.push(ident.clone());
    }
    let ident = &input.ident;
    let read = match check {
        Some(check) => quote_spanned!(check.span()=> __reader.check(Self { #(#names: #names?),* }, #check)),
        None => quote!(::core::option::Option::Some(Self { #(#names: #names?),* })),
    };
    Ok(quote! {
        #[allow(clippy::redundant_closure, reason = "a check may take what the field derefs to")]
        const _: () = {
            impl #krate::settings::Settings for #ident {
                fn list_fields(__listing: &mut #krate::settings::Listing) {
                    #lists
                }

                fn read_fields(__reader: &mut #krate::settings::Reader) -> ::core::option::Option<Self> {
                    #reads
                    #read
                }
            }

            impl #krate::settings::Setting for #ident {
                type Value = #krate::settings::NoValue;

                fn list(
                    listing: &mut #krate::settings::Listing,
                    field: &#krate::settings::Field,
                    has_default: bool,
                ) {
                    listing.section::<Self>(field, has_default);
                }

                fn read(
                    reader: &mut #krate::settings::Reader,
                    field: &#krate::settings::Field,
                    _: &#krate::settings::Rules<#krate::settings::NoValue>,
                ) -> ::core::option::Option<Self> {
                    reader.section::<Self>(field)
                }
            }
        };
    })
}

/// A literal is read as a text is; an expression may use the fields before it
fn default_of(default: Option<&Expr>, before: &[Ident], krate: &TokenStream) -> TokenStream {
    let value = match default {
        None => quote!(::core::default::Default::default()),
        Some(value) => match literal(value) {
            Some(text) => return quote!(#krate::settings::Default::Text(#text)),
            None => quote!(#value),
        },
    };
    let used: Vec<&Ident> = before.iter().filter(|name| mentions(value.clone(), name)).collect();
    quote_spanned! {value.span()=>
        #krate::settings::Default::Value(&|| {
            #(let #used = #used.as_ref()?;)*
            ::core::option::Option::Some(#value)
        })
    }
}

/// Whether a name stands in the tokens
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `#[settings(check = path)]`
fn container_check(input: &DeriveInput) -> syn::Result<Option<Path>> {
    let mut check = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("settings")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("check") {
                return Err(meta.error("settings have one key: `#[settings(check = path)]`"));
            }
            check = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    Ok(check)
}

/// An enum without data: one of its names
fn enumeration(input: &DeriveInput, data: &syn::DataEnum) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let (mut variants, mut names) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new(variant.fields.span(), "one variable cannot hold a variant's data"));
        }
        let mut name = snake(&plain_name(&variant.ident));
        for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("setting")) {
            attribute.parse_nested_meta(|meta| {
                if !meta.path.is_ident("rename") {
                    return Err(meta.error("a variant has one key: `#[setting(rename = \"name\")]`"));
                }
                name = meta.value()?.parse::<LitStr>()?.value();
                Ok(())
            })?;
        }
        variants.push(&variant.ident);
        names.push(name);
    }
    let noun = match names.split_last() {
        None => return Err(syn::Error::new_spanned(&input.ident, "a variable cannot hold an enum without variants")),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    };
    let ident = &input.ident;
    Ok(quote! {
        impl #krate::settings::SettingValue for #ident {
            const NOUN: &'static str = #noun;

            fn parse(text: &str) -> ::core::result::Result<Self, ::std::string::String> {
                #(if text.eq_ignore_ascii_case(#names) {
                    return ::core::result::Result::Ok(Self::#variants);
                })*
                ::core::result::Result::Err(<Self as #krate::settings::SettingValue>::expected())
            }

            fn show(&self) -> ::std::string::String {
                match self {
                    #(Self::#variants => ::std::borrow::ToOwned::to_owned(#names),)*
                }
            }
        }
    })
}
