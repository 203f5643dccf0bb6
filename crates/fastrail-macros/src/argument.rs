//! One argument of a path operation or a dependency: what its attribute says, and the spec that it is lowered to.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, FnArg, Generics, ItemFn, Lit, LitStr, Meta, Pat, Type};

use crate::docs;
use crate::examples::Examples;
use crate::file_rules::{self, FileRules};
use crate::provider::Depends;
use crate::rules::{RULES, RuleSet};
use crate::style::{Style, items_fit};
use crate::suggest::unknown_key;

/// The attributes that an argument can have
const ATTRIBUTES: [&str; 9] = ["path", "query", "header", "cookie", "form", "file", "body", "depends", "parameter"];

/// Where an argument comes from, as far as the source text tells
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Auto,
    Path,
    Query,
    Header,
    Cookie,
    Form,
    File,
    Body,
}

impl Source {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "path" => Self::Path,
            "query" => Self::Query,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            "form" => Self::Form,
            "file" => Self::File,
            "body" => Self::Body,
            _ => return None,
        })
    }

    fn variant(self) -> Ident {
        let name = match self {
            Self::Auto => "Auto",
            Self::Path => "Path",
            Self::Query => "Query",
            Self::Header => "Header",
            Self::Cookie => "Cookie",
            Self::Form => "Form",
            Self::File => "File",
            Self::Body => "Body",
        };
        Ident::new(name, Span::call_site())
    }
}

/// One argument
pub(crate) struct Argument {
    /// The Rust name, without `r#`; `argument 2` for a pattern
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) span: Span,
    pub(crate) source: Source,
    /// A fixed parameter of a `#[dependency]`, given where it is named
    pub(crate) is_parameter: bool,
    /// The name comes from the router's prefix
    pub(crate) from_prefix: bool,
    depends: Depends,
    rules: RuleSet,
    file_rules: FileRules,
    alias: Option<LitStr>,
    title: Option<LitStr>,
    description: Option<String>,
    default: Option<Option<Expr>>,
    example: Option<Expr>,
    examples: Examples,
    deprecated: bool,
    hidden: bool,
    embed: bool,
    style: Style,
}

impl Argument {
    /// Reads an argument, and takes our attributes off it
    pub(crate) fn of_fn(argument: &mut FnArg, index: usize) -> syn::Result<Self> {
        match argument {
            FnArg::Receiver(receiver) => Err(syn::Error::new(
                receiver.span(),
                "a method cannot be used here: take what it needs as arguments of a free fn",
            )),
            FnArg::Typed(typed) => {
                let name = match &*typed.pat {
                    Pat::Ident(pattern) => plain_name(&pattern.ident),
                    _ => format!("argument {}", index + 1),
                };
                Self::read(name, &typed.ty, typed.span(), &mut typed.attrs)
            }
        }
    }

    /// Reads an argument from its name, its type and its attributes, and takes ours off
    pub(crate) fn read(name: String, ty: &Type, span: Span, attributes: &mut Vec<Attribute>) -> syn::Result<Self> {
        let mut argument = Self {
            name,
            ty: ty.clone(),
            span,
            source: Source::Auto,
            is_parameter: false,
            from_prefix: false,
            depends: Depends::default(),
            rules: RuleSet::default(),
            file_rules: FileRules::default(),
            alias: None,
            title: None,
            description: docs::text(attributes),
            default: None,
            example: None,
            examples: Examples::default(),
            deprecated: false,
            hidden: false,
            embed: false,
            style: Style::default(),
        };
        if let Type::Reference(reference) = ty
            && reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static")
        {
            return Err(syn::Error::new_spanned(
                ty,
                "arguments are owned by the operation: take `String` for `&str`, `Vec<T>` for `&[T]`",
            ));
        }
        let mut seen: Option<String> = None;
        for attribute in attributes.iter() {
            let Some(name) = attribute.path().get_ident().map(ToString::to_string) else { continue };
            if !ATTRIBUTES.contains(&name.as_str()) {
                continue;
            }
            if let Some(first) = &seen {
                return Err(syn::Error::new_spanned(
                    attribute,
                    format!("an argument comes from one place: this one has `#[{first}]` already"),
                ));
            }
            argument.read_attribute(&name, attribute)?;
            seen = Some(name);
        }
        attributes.retain(|attribute| {
            let ours = attribute.path().get_ident().is_some_and(|name| ATTRIBUTES.contains(&name.to_string().as_str()));
            !ours && !attribute.path().is_ident("doc")
        });
        Ok(argument)
    }

    fn read_attribute(&mut self, name: &str, attribute: &Attribute) -> syn::Result<()> {
        match name {
            "parameter" => self.is_parameter = true,
            "depends" => self.depends = attribute.parse_args()?,
            _ => {
                self.source = Source::named(name).unwrap_or(Source::Auto);
                if !matches!(attribute.meta, Meta::Path(_)) {
                    attribute.parse_nested_meta(|meta| self.read_key(&meta))?;
                }
                self.style.settle()?;
            }
        }
        Ok(())
    }

    fn read_key(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if self.rules.try_parse(meta)? || (self.source == Source::File && self.file_rules.try_parse(meta)?) {
            return Ok(());
        }
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "alias" => self.alias = Some(meta.value()?.parse()?),
            "title" => self.title = Some(meta.value()?.parse()?),
            "description" => self.description = Some(meta.value()?.parse::<LitStr>()?.value()),
            "example" => self.example = Some(meta.value()?.parse()?),
            "examples" | "openapi_examples" => self.examples.read(&key, meta)?,
            "deprecated" => self.deprecated = true,
            "hidden" => self.hidden = true,
            "prefix" if self.source == Source::Path => self.from_prefix = true,
            "embed" if self.source == Source::Body => self.embed = true,
            "style" | "explode" if self.source == Source::Query => self.style.read(&key, meta)?,
            "default" => {
                self.default = Some(if meta.input.peek(syn::Token![=]) { Some(meta.value()?.parse()?) } else { None });
            }
            other => {
                let mut known = vec![
                    "alias",
                    "default",
                    "description",
                    "example",
                    "examples",
                    "openapi_examples",
                    "title",
                    "deprecated",
                    "hidden",
                ];
                known.extend(match self.source {
                    Source::Path => &["prefix"][..],
                    Source::Body => &["embed"],
                    Source::Query => &["style", "explode"],
                    Source::File => &file_rules::KEYS,
                    _ => &[],
                });
                known.extend(RULES);
                return Err(meta.error(unknown_key(other, &known)));
            }
        }
        Ok(())
    }

    /// The name on the wire
    pub(crate) fn wire_name(&self) -> String {
        match &self.alias {
            Some(alias) => alias.value(),
            None if self.source == Source::Header => self.name.replace('_', "-"),
            None => self.name.clone(),
        }
    }

    /// The spec of this argument: `struct __A0; impl ArgumentSpec for __A0 { … }`
    pub(crate) fn spec(&self, spec: &Ident, generics: &Generics, krate: &TokenStream) -> syn::Result<TokenStream> {
        let ty = &self.ty;
        let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
        let phantom = phantom(generics);
        let source = self.source.variant();
        let meta = self.meta(krate)?;
        let rules = self.rules(krate, generics);
        let file_rules = self.file_rules.method(krate);
        let default = self.default_value(krate);
        let embed = self.embed.then(|| {
            quote!(
                const EMBED: bool = true;
            )
        });
        let (style, style_fits) = self.style.to_tokens(krate, ty, generics.params.is_empty());
        let items_fit = items_fit(self.source, ty, krate, generics.params.is_empty());
        let cached = self.depends.cached;
        let (designation, kind) = match &self.depends.provider {
            None if cached => (TokenStream::new(), quote_spanned!(ty.span()=> <#ty as #krate::params::Argument>::Kind)),
            None => (TokenStream::new(), at(ty.span(), quote!(#krate::dependency::DependencyKind<false>))),
            Some(provider) => {
                let designated = format_ident!("{spec}Provider");
                (
                    provider.designated(&designated, krate),
                    at(ty.span(), quote!(#krate::dependency::ProvidedBy<#designated, #cached>)),
                )
            }
        };
        Ok(quote! {
            #designation
            struct #spec #impl_generics #phantom #where_clause;
            impl #impl_generics #krate::params::ArgumentSpec for #spec #type_generics #where_clause {
                type Value = #ty;
                type Kind = #kind;
                const SOURCE: #krate::params::Source = #krate::params::Source::#source;
                #embed
                #style
                fn meta() -> &'static #krate::params::Meta { #style_fits #items_fit #meta }
                #rules
                #file_rules
                #default
            }
        })
    }

    fn meta(&self, krate: &TokenStream) -> syn::Result<TokenStream> {
        let name = self.wire_name();
        let header = if self.source == Source::Header {
            let lower = name.to_ascii_lowercase();
            if lower.is_empty() || !lower.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
            {
                return Err(syn::Error::new(self.span, format!("`{name}` cannot be the name of a header")));
            }
            quote!(::core::option::Option::Some(#krate::__private::header::HeaderName::from_static(#lower)))
        } else {
            quote!(::core::option::Option::None)
        };
        let title = option(self.title.as_ref());
        let description = option(self.description.as_ref());
        let example = match &self.example {
            None => quote!(::core::option::Option::None),
            Some(example) => quote!(::core::option::Option::Some(|| #krate::__private::serde_json::json!(#example))),
        };
        let examples = self.examples.to_tokens(krate);
        let (deprecated, hidden) = (self.deprecated, self.hidden);
        Ok(quote! {
            static META: #krate::params::Meta = #krate::params::Meta {
                name: #name,
                header: #header,
                title: #title,
                description: #description,
                deprecated: #deprecated,
                hidden: #hidden,
                example: #example,
                #examples
            };
            &META
        })
    }

    fn rules(&self, krate: &TokenStream, generics: &Generics) -> TokenStream {
        if self.rules.is_empty() {
            return TokenStream::new();
        }
        let rules = self.rules.to_tokens_static(krate);
        let assertions = self.rules.assertions(krate, &self.ty, &format!("the argument `{}`", self.name));
        let assertions = if generics.params.is_empty() {
            quote!(const _: () = { #assertions };)
        } else {
            quote!(const { #assertions })
        };
        quote! {
            fn rules() -> &'static #krate::schema::Rules {
                #assertions
                #rules
            }
        }
    }

    fn default_value(&self, krate: &TokenStream) -> TokenStream {
        let Some(default) = &self.default else { return TokenStream::new() };
        let ty = &self.ty;
        let value = match default {
            None => quote!(<#ty as ::core::default::Default>::default()),
            Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Str(_)) => {
                quote_spanned!(literal.span()=> ::core::convert::Into::into(#literal))
            }
            Some(value) => quote_spanned!(value.span()=> #value),
        };
        quote! {
            fn default() -> ::core::option::Option<#ty> {
                ::core::option::Option::Some(#value)
            }
            fn default_json() -> ::core::option::Option<#krate::__private::serde_json::Value> {
                let value: #ty = #value;
                #krate::__private::serde_json::to_value(value).ok()
            }
        }
    }
}

/// A body is JSON or a form, and one request has one body
pub(crate) fn refuse_two_bodies(arguments: &[Argument]) -> syn::Result<()> {
    let mut bodies =
        arguments.iter().filter(|argument| matches!(argument.source, Source::Body | Source::Form | Source::File));
    let Some(first) = bodies.next() else { return Ok(()) };
    let attribute = |source| match source {
        Source::Form => "#[form]",
        Source::File => "#[file]",
        _ => "#[body]",
    };
    let is_json = |argument: &&Argument| argument.source == Source::Body;
    match bodies.find(|argument| is_json(argument) != is_json(&first)) {
        None => Ok(()),
        Some(second) => Err(syn::Error::new(
            second.span,
            format!(
                "a body is JSON or a form, not both: `{}` is `{}`, so `{}` cannot be `{}`",
                first.name,
                attribute(first.source),
                second.name,
                attribute(second.source),
            ),
        )),
    }
}

/// Counts every argument as used: one that the body does not read is still validated, documented or run for its effect
pub(crate) fn count_as_used(function: &mut ItemFn) {
    let names: Vec<&Ident> = function
        .sig
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pattern) => Some(&pattern.ident),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
        .collect();
    let used: syn::Stmt = syn::parse_quote!(let _ = (#(&#names,)*););
    function.block.stmts.insert(0, used);
}

/// `__A0`, `__A1`, …
pub(crate) fn spec_names(count: usize) -> Vec<Ident> {
    (0..count).map(|index| format_ident!("__A{index}")).collect()
}

/// The same tokens, all of them at one place, so that an error about them is told there
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}

/// The name of an identifier, without `r#`
pub(crate) fn plain_name(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

/// `Some("…")` or `None`, as tokens
pub(crate) fn option<T: quote::ToTokens>(value: Option<&T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// `(PhantomData<fn() -> (T, …)>)` for a generic spec
fn phantom(generics: &Generics) -> TokenStream {
    let types: Vec<&Ident> = generics.type_params().map(|parameter| &parameter.ident).collect();
    if types.is_empty() { TokenStream::new() } else { quote!((::core::marker::PhantomData<fn() -> (#(#types,)*)>)) }
}
