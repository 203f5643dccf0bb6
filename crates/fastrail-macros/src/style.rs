//! `style` and `explode` of a query parameter: how a list or a struct is written, in OpenAPI's words; and what a list of
//! parameters can hold.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Ident, LitBool, LitStr, Type};

use crate::argument::Source;

/// OpenAPI's styles of query parameters (3.1 §4.8.12.3)
const STYLES: [&str; 4] = ["form", "spaceDelimited", "pipeDelimited", "deepObject"];

/// What the attribute says
#[derive(Default)]
pub(crate) struct Style {
    style: Option<LitStr>,
    explode: Option<LitBool>,
}

impl Style {
    /// Reads `style = "…"` or `explode = …`
    pub(crate) fn read(&mut self, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let value = meta.value()?;
        if key == "explode" {
            self.explode = Some(value.parse()?);
            return Ok(());
        }
        let style: LitStr = value.parse()?;
        if !STYLES.contains(&style.value().as_str()) {
            return Err(syn::Error::new(style.span(), format!("a style is one of {}", STYLES.join(", "))));
        }
        self.style = Some(style);
        Ok(())
    }

    /// Refuses what OpenAPI gives no meaning
    pub(crate) fn settle(&self) -> syn::Result<()> {
        let style = self.style.as_ref().map(LitStr::value).unwrap_or_default();
        match (style.as_str(), &self.explode) {
            ("deepObject", Some(explode)) if !explode.value => Err(syn::Error::new(
                explode.span(),
                "`deepObject` names each field by itself, so it is always exploded",
            )),
            ("spaceDelimited" | "pipeDelimited", Some(explode)) if explode.value => Err(syn::Error::new(
                explode.span(),
                "one name holds the whole list in this style; leave both out for a name for each item",
            )),
            _ => Ok(()),
        }
    }

    /// `const STYLE: Style = …;`, and the test that it fits the type; nothing for the default
    pub(crate) fn to_tokens(&self, krate: &TokenStream, ty: &Type, is_concrete: bool) -> (TokenStream, TokenStream) {
        let style = self.style.as_ref().map(LitStr::value).unwrap_or_default();
        let variant = match (style.as_str(), &self.explode) {
            ("deepObject", _) => "DeepObject",
            ("spaceDelimited", _) => "Space",
            ("pipeDelimited", _) => "Pipe",
            (_, Some(explode)) if !explode.value => "Comma",
            _ => return (TokenStream::new(), TokenStream::new()),
        };
        let span = self.style.as_ref().map(LitStr::span).or(self.explode.as_ref().map(LitBool::span));
        let (class, message) = match variant {
            "DeepObject" => ("Model", "`deepObject` is for a struct, whose fields it names: `?filter[min]=3`"),
            _ => ("List", "only a list or a set is written into one value: `?ids=1,2,3`"),
        };
        let (class, variant) = (Ident::new(class, Span::call_site()), Ident::new(variant, Span::call_site()));
        let fits = quote_spanned! {span.unwrap_or_else(Span::call_site)=>
            ::core::assert!(
                ::core::matches!(<#ty as #krate::schema::Schema>::CLASS, #krate::schema::Class::#class),
                #message
            );
        };
        let fits = if is_concrete { quote!(const _: () = { #fits };) } else { quote!(const { #fits };) };
        (quote!(const STYLE: #krate::params::Style = #krate::params::Style::#variant;), fits)
    }
}

/// The test that a list of parameters holds what can be written as text; what is generic is no list
pub(crate) fn items_fit(source: Source, ty: &Type, krate: &TokenStream, is_concrete: bool) -> TokenStream {
    let place = match source {
        Source::Path => "in the path",
        Source::Query => "in the query",
        Source::Header => "in headers",
        Source::Cookie => "in cookies",
        Source::Form => "in a form",
        Source::Auto | Source::File | Source::Body => return TokenStream::new(),
    };
    if !is_concrete {
        return TokenStream::new();
    }
    let message = format!(
        "a list {place} holds scalars, since each item is one piece of text: take a list of models as the JSON body"
    );
    quote_spanned! {ty.span()=>
        const _: () = {
            #[allow(unused_imports)]
            use #krate::params::NoItems as _;
            ::core::assert!(<#krate::params::TextItems<#ty>>::FIT, #message);
        };
    }
}
