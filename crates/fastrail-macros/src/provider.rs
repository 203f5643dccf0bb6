//! The naming of a provider: `verify_token`, `requires("items:write")`, in attributes and in `depends![…]`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, LitBool, Path, Token, parenthesized};

use crate::suggest::unknown_key;

/// A `#[dependency]` fn by its path, with the values of its `#[parameter]`s, or a provider with methods that are named
/// like keys: `limit("5/minute", by = ip)`
pub(crate) struct Designation {
    path: Path,
    values: Vec<Expr>,
    named: Vec<(Ident, Expr)>,
}

impl Designation {
    /// From a path and the tokens between its parentheses
    pub(crate) fn call(path: Path, values: ParseStream<'_>) -> syn::Result<Self> {
        let mut designation = Self { path, values: Vec::new(), named: Vec::new() };
        for value in Punctuated::<Expr, Token![,]>::parse_terminated(values)? {
            match value {
                Expr::Assign(assignment) => match &*assignment.left {
                    Expr::Path(key) => designation.named.push((key.path.require_ident()?.clone(), *assignment.right)),
                    other => return Err(syn::Error::new_spanned(other, "the name of a key stands here: `by = ip`")),
                },
                value => designation.values.push(value),
            }
        }
        Ok(designation)
    }

    /// The provider as a value
    pub(crate) fn value(&self) -> TokenStream {
        let (made, named) = (self.made(), self.named());
        quote!(#made #named)
    }

    /// The same where it is made when the program runs; what is written out is checked when it is compiled
    fn value_at_run(&self) -> TokenStream {
        let (path, made, named) = (&self.path, self.made(), self.named());
        let is_written = !self.values.is_empty() && self.values.iter().all(|value| matches!(value, Expr::Lit(_)));
        // A constant sees no generics of the fn around it, which a path with some may name.
        if is_written && path.segments.iter().all(|segment| segment.arguments.is_none()) {
            quote!({ const DESIGNATED: #path = #made; DESIGNATED #named })
        } else {
            quote!(#made #named)
        }
    }

    /// What `with` makes of the values; one that it refuses is underlined
    fn made(&self) -> TokenStream {
        let (path, values) = (&self.path, &self.values);
        let place = values.first().map_or_else(|| path.span(), Spanned::span);
        let values = quote_spanned!(place=> (#(#values),*));
        quote_spanned!(path.span()=> <#path>::with #values)
    }

    fn named(&self) -> TokenStream {
        let named = self.named.iter().map(|(key, value)| quote_spanned!(key.span()=> .#key(#value)));
        quote!(#(#named)*)
    }

    /// `struct NAME; impl Designated for NAME { … }`
    pub(crate) fn designated(&self, name: &Ident, krate: &TokenStream) -> TokenStream {
        let (path, value) = (&self.path, self.value());
        quote! {
            struct #name;
            impl #krate::dependency::Designated for #name {
                type Provider = #path;
                fn provider() -> &'static Self::Provider {
                    static PROVIDER: #path = #value;
                    &PROVIDER
                }
            }
        }
    }

    /// The spec of a dependency that runs for its effect
    pub(crate) fn spec(&self, spec: &Ident, krate: &TokenStream) -> TokenStream {
        let path = &self.path;
        let designated = quote::format_ident!("{spec}Provider");
        let designation = self.designated(&designated, krate);
        quote! {
            #designation
            struct #spec;
            impl #krate::params::ArgumentSpec for #spec {
                type Value = <#path as #krate::dependency::Provider>::Value;
                type Kind = #krate::dependency::ProvidedBy<#designated>;
                const SOURCE: #krate::params::Source = #krate::params::Source::Auto;
                fn meta() -> &'static #krate::params::Meta {
                    static META: #krate::params::Meta = #krate::params::Meta {
                        name: "",
                        header: ::core::option::Option::None,
                        title: ::core::option::Option::None,
                        description: ::core::option::Option::None,
                        deprecated: false,
                        hidden: true,
                        example: ::core::option::Option::None,
                        examples: ::core::option::Option::None,
                        openapi_examples: ::core::option::Option::None,
                    };
                    &META
                }
            }
        }
    }
}

impl Parse for Designation {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path: Path = input.parse()?;
        if input.peek(syn::token::Paren) {
            let values;
            parenthesized!(values in input);
            return Self::call(path, &values);
        }
        Ok(Self { path, values: Vec::new(), named: Vec::new() })
    }
}

/// `#[depends(…)]` at an argument: `admin`, `cache = false`, `requires("items:read"), cache = false`
pub(crate) struct Depends {
    /// The provider, when it is not the type's own
    pub(crate) provider: Option<Designation>,
    /// Whether the value is shared with others who ask for it in the same request
    pub(crate) cached: bool,
}

impl Default for Depends {
    fn default() -> Self {
        Self { provider: None, cached: true }
    }
}

impl Parse for Depends {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut depends = Self::default();
        if input.is_empty() {
            return Err(
                input.error("name the fn that makes it, `#[depends(admin)]`, or say `#[depends(cache = false)]`")
            );
        }
        if !input.peek2(Token![=]) {
            depends.provider = Some(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if !input.is_empty() {
            let key: Ident = input.parse()?;
            if key != "cache" {
                return Err(syn::Error::new(key.span(), unknown_key(&key.to_string(), &["cache"])));
            }
            input.parse::<Token![=]>()?;
            depends.cached = input.parse::<LitBool>()?.value;
        }
        Ok(depends)
    }
}

/// `depends![verify_token, requires("items:read")]`
pub(crate) struct Designations(Vec<Designation>);

impl Designations {
    pub(crate) fn into_inner(self) -> Vec<Designation> {
        self.0
    }
}

impl Parse for Designations {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(Punctuated::<Designation, Token![,]>::parse_terminated(input)?.into_iter().collect()))
    }
}

/// The list of boxed providers
pub(crate) fn depends(designations: &Designations, krate: &TokenStream) -> TokenStream {
    let values = designations.0.iter().map(Designation::value_at_run);
    quote! {{
        let dependencies: ::std::vec::Vec<#krate::dependency::DynProvider> =
            ::std::vec![#(::std::boxed::Box::new(#values)),*];
        dependencies
    }}
}
