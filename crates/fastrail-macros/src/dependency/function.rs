//! `#[dependency]` on a fn: a provider, and the role of the type that it returns.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Generics, ItemFn, Path, Token, Type};

use super::output::{refuse_built_in, value_and_error};
use crate::argument::{Argument, spec_names};
use crate::suggest::unknown_key;

/// What `#[dependency(…)]` says
#[derive(Default)]
struct Options {
    teardown: Option<Path>,
    explicit: bool,
    blocking: bool,
    scopes: Option<Ident>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "explicit" => options.explicit = true,
                "blocking" => options.blocking = true,
                "teardown" => {
                    input.parse::<Token![=]>()?;
                    options.teardown = Some(input.parse()?);
                }
                "scopes" => {
                    input.parse::<Token![=]>()?;
                    options.scopes = Some(input.parse()?);
                }
                other => {
                    return Err(syn::Error::new(
                        key.span(),
                        unknown_key(other, &["blocking", "explicit", "scopes", "teardown"]),
                    ));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// Expands `#[dependency]`
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let options: Options = syn::parse2(attribute)?;
    let mut function: ItemFn = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), "`#[dependency]` goes on a free fn; on a struct use `#[derive(Dependency)]`")
    })?;
    if let Some(parameter) = function.sig.generics.params.first() {
        return Err(syn::Error::new_spanned(
            parameter,
            "a `#[dependency]` fn has no generics; derive `Dependency` on a generic struct",
        ));
    }
    let mut arguments = Vec::new();
    for (index, argument) in function.sig.inputs.iter_mut().enumerate() {
        arguments.push(Argument::of_fn(argument, index)?);
    }
    let (parameters, read): (Vec<&Argument>, Vec<&Argument>) = arguments.iter().partition(|a| a.is_parameter);
    if let Some(scopes) = &options.scopes
        && !parameters.iter().any(|parameter| *scopes == parameter.name)
    {
        return Err(syn::Error::new(scopes.span(), format!("`{scopes}` is no `#[parameter]` of this fn")));
    }
    let names = spec_names(read.len());
    let mut specs = TokenStream::new();
    for (argument, name) in read.iter().zip(&names) {
        specs.extend(argument.spec(name, &Generics::default(), krate)?);
    }
    let (value, error) = value_and_error(&function.sig.output);
    if !options.explicit && parameters.is_empty() {
        refuse_built_in(&value)?;
    }
    let provider = provider(&function, &options, &arguments, &names, &value, error.as_ref(), krate);
    let structure = structure(&function, &parameters);
    let role = role(&function, &options, &parameters, &value, krate);
    Ok(quote! {
        #function
        #structure
        const _: () = {
            #specs
            #provider
            #role
        };
    })
}

/// The struct that stands for the provider; it has the fn's name, in the namespace of types
fn structure(function: &ItemFn, parameters: &[&Argument]) -> TokenStream {
    let (visibility, name) = (&function.vis, &function.sig.ident);
    let fields: Vec<Ident> = parameters.iter().map(|parameter| parameter_field(parameter)).collect();
    let types: Vec<&Type> = parameters.iter().map(|parameter| &parameter.ty).collect();
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #visibility struct #name { #(#fields: #types),* }
        impl #name {
            #[doc(hidden)]
            #[allow(dead_code, missing_docs)]
            #visibility const fn with(#(#fields: #types),*) -> Self {
                Self { #(#fields),* }
            }
        }
    }
}

/// The field that holds a `#[parameter]`; prefixed, since a keyword is no field
fn parameter_field(parameter: &Argument) -> Ident {
    format_ident!("__{}", parameter.name)
}

/// `impl Provider`
fn provider(
    function: &ItemFn,
    options: &Options,
    arguments: &[Argument],
    names: &[Ident],
    value: &Type,
    error: Option<&Type>,
    krate: &TokenStream,
) -> TokenStream {
    let name = &function.sig.ident;
    let specs = names;
    let inputs: Vec<Ident> = (0..names.len()).map(|index| format_ident!("__input{index}")).collect();
    let parameterised = arguments.iter().any(|argument| argument.is_parameter);
    let mut read = 0_usize..;
    let passed: Vec<TokenStream> = arguments
        .iter()
        .map(|argument| {
            if argument.is_parameter {
                let field = parameter_field(argument);
                quote!(::core::clone::Clone::clone(&self.#field))
            } else {
                let value = format_ident!("__value{}", read.next().unwrap_or_default());
                quote!(#value)
            }
        })
        .collect();
    let values: Vec<Ident> = (0..names.len()).map(|index| format_ident!("__value{index}")).collect();
    let call = match (function.sig.asyncness.is_some(), options.blocking) {
        (true, _) => quote!(#name(#(#passed),*).await),
        (false, false) => quote!(#name(#(#passed),*)),
        (false, true) => {
            let moved: Vec<Ident> = (0..passed.len()).map(|index| format_ident!("__passed{index}")).collect();
            quote!({
                #(let #moved = #passed;)*
                #krate::__private::blocking(move || #name(#(#moved),*)).await
            })
        }
    };
    let settled = match error {
        None => quote!(let __made: #value = #call;),
        Some(error) => {
            let converted = quote_spanned!(error.span()=> <#error as #krate::response::ReplyError>::into_error(error));
            quote! {
                let __made: #value = match #call {
                    ::core::result::Result::Ok(made) => made,
                    ::core::result::Result::Err(error) => {
                        return ::core::result::Result::Err(#krate::error::Failure::Error(#converted));
                    }
                };
            }
        }
    };
    let teardown = options
        .teardown
        .as_ref()
        .map(|teardown| quote_spanned!(teardown.span()=> #krate::dependency::keep_teardown(__cx, &__made, #teardown);));
    let teardown_errors = options.teardown.as_ref().map(|teardown| {
        quote_spanned!(teardown.span()=> #krate::dependency::describe_teardown::<#value, _, _, _>(__doc, #teardown);)
    });
    let errors = error
        .map(|error| quote_spanned!(error.span()=> <#error as #krate::response::ReplyError>::describe_errors(__doc);));
    let parameters: Vec<&Argument> = arguments.iter().filter(|argument| argument.is_parameter).collect();
    let key = has_role(options, &parameters, value).then(|| {
        quote! {
            fn key() -> ::core::any::TypeId {
                ::core::any::TypeId::of::<#krate::dependency::StructProvider<#value>>()
            }
        }
    });
    let scopes = options.scopes.as_ref().map(|scopes| {
        let field = format_ident!("__{}", scopes);
        quote!(__doc.requires_scope(&self.#field);)
    });
    quote! {
        // Its fields are private, so that a public dependency may take private types.
        #[allow(unreachable_pub, unnameable_types)]
        pub struct __Input(
            #(#krate::params::of::Input<#specs>,)*
        );
        impl #krate::dependency::Provider for #name {
            type Value = #value;
            type Input = __Input;
            const SECURITY: bool = false
                #(|| #krate::params::of::is_security::<#specs>())*;
            const BODY: bool = false
                #(|| #krate::params::of::reads_body::<#specs>())*;
            const PARAMETERISED: bool = #parameterised;
            #key

            fn describe(&self, __doc: &mut #krate::openapi::OperationDoc<'_>) {
                #(#krate::params::of::describe::<#specs>(__doc);)*
                #errors
                #teardown_errors
                #scopes
            }

            fn gather(&self, __cx: &mut #krate::request::RequestContext) -> Self::Input {
                __Input(#(#krate::params::of::gather::<#specs>(__cx),)*)
            }

            async fn resolve(
                &self,
                __cx: &mut #krate::request::RequestContext,
                __Input(#(#inputs,)*): Self::Input,
            ) -> ::core::result::Result<#value, #krate::error::Failure> {
                #(let #values =
                    #krate::params::of::resolve::<#specs>(__cx, #inputs).await?;)*
                #settled
                #teardown
                ::core::result::Result::Ok(__made)
            }
        }
    }
}

/// The type gets its role, unless it is provided only where it is named
fn role(
    function: &ItemFn,
    options: &Options,
    parameters: &[&Argument],
    value: &Type,
    krate: &TokenStream,
) -> TokenStream {
    if !has_role(options, parameters, value) {
        return TokenStream::new();
    }
    let name = &function.sig.ident;
    let provider = quote!(<#name as #krate::dependency::Provider>);
    quote! {
        static __PROVIDER: #name = #name {};
        impl #krate::dependency::StructDependency for #value {
            type Input = __Input;
            const SECURITY: bool = #provider::SECURITY;
            const BODY: bool = #provider::BODY;

            fn describe(__doc: &mut #krate::openapi::OperationDoc<'_>) {
                #provider::describe(&__PROVIDER, __doc);
            }

            fn gather(__cx: &mut #krate::request::RequestContext) -> Self::Input {
                #provider::gather(&__PROVIDER, __cx)
            }

            async fn resolve(
                __cx: &mut #krate::request::RequestContext,
                __input: Self::Input,
            ) -> ::core::result::Result<Self, #krate::error::Failure> {
                #provider::resolve(&__PROVIDER, __cx, __input).await
            }
        }
        // Not the fn's own struct: the fn may be private although its type is not.
        impl #krate::dependency::Dependency for #value {
            type Provider = #krate::dependency::StructProvider<Self>;
            fn provider() -> &'static Self::Provider {
                const { &#krate::dependency::StructProvider::NEW }
            }
        }
        impl #krate::params::Argument for #value {
            type Kind = #krate::dependency::DependencyKind;
        }
    }
}

/// Whether the fn is what makes its type wherever the type is asked for
fn has_role(options: &Options, parameters: &[&Argument], value: &Type) -> bool {
    let is_unit = matches!(value, Type::Tuple(tuple) if tuple.elems.is_empty());
    !options.explicit && !is_unit && parameters.is_empty()
}
