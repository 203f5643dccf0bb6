//! `#[dependency]` on a fn: a provider, and the role of the type that it returns.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Generics, ItemFn, LitBool, Path, Token, Type};

use super::output::{refuse_built_in, value_and_error};
use crate::argument::{Argument, spec_names};
use crate::suggest::unknown_key;

/// What `#[dependency(…)]` says
#[derive(Default)]
struct Options {
    teardown: Option<Path>,
    after_response: Option<Path>,
    uncached: bool,
    explicit: bool,
    guard: bool,
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
                "guard" => options.guard = true,
                "blocking" => options.blocking = true,
                "teardown" => {
                    input.parse::<Token![=]>()?;
                    options.teardown = Some(input.parse()?);
                }
                "after_response" => {
                    input.parse::<Token![=]>()?;
                    options.after_response = Some(input.parse()?);
                }
                "cache" => {
                    input.parse::<Token![=]>()?;
                    options.uncached = !input.parse::<LitBool>()?.value;
                }
                "scopes" => {
                    input.parse::<Token![=]>()?;
                    options.scopes = Some(input.parse()?);
                }
                other => {
                    return Err(syn::Error::new(
                        key.span(),
                        unknown_key(
                            other,
                            &["after_response", "blocking", "cache", "explicit", "guard", "scopes", "teardown"],
                        ),
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
    specs: &[Ident],
    value: &Type,
    error: Option<&Type>,
    krate: &TokenStream,
) -> TokenStream {
    let name = &function.sig.ident;
    let (parameters, read): (Vec<&Argument>, Vec<&Argument>) = arguments.iter().partition(|a| a.is_parameter);
    let cached = parameters.is_empty() && !options.uncached;
    let facts = quote!(#krate::params::Facts::any(&[#(#krate::params::of::facts::<#specs>()),*]));
    let guarding = options.guard.then(|| quote!(.guarding()));
    let ending_before = options.teardown.as_ref().map(|_| quote!(.ending_before_response()));
    let outlived = options.after_response.as_ref().map(|after| {
        quote_spanned! {after.span()=>
            const _: () = ::core::assert!(
                !#facts.ends_before_response,
                "this runs after the answer has been sent, but something that this dependency takes ends before: give that one \
                 `after_response = …` too, or take it in the operation instead"
            );
        }
    });
    let errors = error
        .map(|error| quote_spanned!(error.span()=> <#error as #krate::response::ReplyError>::describe_errors(__doc);));
    let teardown_errors = options
        .teardown
        .as_ref()
        .map(|_| quote!(#krate::dependency::describe_teardown::<#value, _>(__doc, __teardown);));
    let scopes = options.scopes.as_ref().map(|scopes| {
        let field = format_ident!("__{scopes}");
        quote!(__doc.requires_scope(&self.#field);)
    });
    let key = has_role(options, &parameters, value).then(|| {
        quote! {
            fn key() -> ::core::any::TypeId {
                ::core::any::TypeId::of::<#krate::dependency::StructProvider<#value>>()
            }
        }
    });
    let fields: Vec<Ident> = parameters.iter().map(|parameter| parameter_field(parameter)).collect();
    let argument = Ident::new("value", Span::call_site());
    let keep = quote_spanned!(value.span()=> #krate::dependency::copy_of(#argument));
    let pending = pending(function, options, arguments, &read, error, krate);
    let ends = [("__teardown", &options.teardown), ("__after_response", &options.after_response)]
        .into_iter()
        .filter_map(|(name, teardown)| Some(ending(&format_ident!("{name}"), teardown.as_ref()?, value, krate)));
    quote! {
        #(#ends)*
        #outlived
        #pending
        impl #krate::dependency::Provider for #name {
            type Value = #value;
            const FACTS: #krate::params::Facts = #facts #guarding #ending_before;
            const CACHED: bool = #cached;
            #key

            fn describe(&self, __doc: &mut #krate::openapi::OperationDoc<'_>) {
                #(#krate::params::of::describe::<#specs>(__doc);)*
                #errors
                #teardown_errors
                #scopes
            }

            fn keep(#argument: &#value) -> #value {
                #keep
            }

            fn gather(
                &self,
                __cx: &mut #krate::request::RequestContext,
            ) -> impl #krate::params::Pending<#value> + use<> {
                __Pending(
                    #(#krate::params::of::gather::<#specs>(__cx),)*
                    #(::core::clone::Clone::clone(&self.#fields),)*
                )
            }
        }
    }
}

/// What is gathered, with the parameters, and how the value is made of it
///
/// It is generic over what the arguments gather, so that a wrong argument type is told by its spec alone.
fn pending(
    function: &ItemFn,
    options: &Options,
    arguments: &[Argument],
    read: &[&Argument],
    error: Option<&Type>,
    krate: &TokenStream,
) -> TokenStream {
    let (name, (value, _)) = (&function.sig.ident, value_and_error(&function.sig.output));
    let inputs: Vec<Ident> = (0..read.len()).map(|index| format_ident!("__I{index}")).collect();
    let gathered: Vec<Ident> = (0..read.len()).map(|index| format_ident!("__gathered{index}")).collect();
    let types: Vec<&Type> = read.iter().map(|argument| &argument.ty).collect();
    let parameters: Vec<&Argument> = arguments.iter().filter(|argument| argument.is_parameter).collect();
    let parameter_types: Vec<&Type> = parameters.iter().map(|parameter| &parameter.ty).collect();
    let fields: Vec<Ident> = parameters.iter().map(|parameter| parameter_field(parameter)).collect();
    let mut next = 0_usize..;
    let passed: Vec<Ident> = arguments
        .iter()
        .map(|argument| match argument.is_parameter {
            true => parameter_field(argument),
            false => format_ident!("__gathered{}", next.next().unwrap_or_default()),
        })
        .collect();
    let call = match (function.sig.asyncness.is_some(), options.blocking) {
        (true, _) => quote!(#name(#(#passed),*).await),
        (false, false) => quote!(#name(#(#passed),*)),
        (false, true) => quote!(#krate::__private::blocking(move || #name(#(#passed),*)).await),
    };
    let settled = match error {
        None => quote!(let __made: #value = #call;),
        Some(error) => {
            let failed = Ident::new("error", Span::call_site());
            let converted =
                quote_spanned!(error.span()=> <#error as #krate::response::ReplyError>::into_error(#failed));
            quote! {
                let __made: #value = match #call {
                    ::core::result::Result::Ok(made) => made,
                    ::core::result::Result::Err(#failed) => {
                        return ::core::result::Result::Err(#krate::error::Failure::Error(#converted));
                    }
                };
            }
        }
    };
    let keep = quote!(<#name as #krate::dependency::Provider>::keep(&__made));
    let teardown =
        options.teardown.as_ref().map(|_| quote!(#krate::dependency::keep_teardown(__cx, #keep, __teardown);));
    let after_response = options
        .after_response
        .as_ref()
        .map(|_| quote!(#krate::dependency::keep_after_response(__cx, #keep, __after_response);));
    quote! {
        struct __Pending<#(#inputs),*>(#(#inputs,)* #(#parameter_types,)*);
        impl<#(#inputs: #krate::params::Pending<#types>),*> #krate::params::Pending<#value> for __Pending<#(#inputs),*> {
            async fn resolve(
                self,
                __cx: &mut #krate::request::RequestContext,
            ) -> ::core::result::Result<#value, #krate::error::Failure> {
                let Self(#(#gathered,)* #(#fields,)*) = self;
                #(let #gathered: #types = #krate::params::Pending::resolve(#gathered, __cx).await?;)*
                #settled
                #teardown
                #after_response
                ::core::result::Result::Ok(__made)
            }
        }
    }
}

/// A fn that calls the teardown, so that a wrong signature is told once, where it is named
fn ending(name: &Ident, teardown: &Path, value: &Type, krate: &TokenStream) -> TokenStream {
    // Names of our own: a span that comes from a `macro_rules!` would make others of them.
    let (ended, outcome) = (Ident::new("value", Span::call_site()), Ident::new("outcome", Span::call_site()));
    quote_spanned! {teardown.span()=>
        fn #name(#ended: #value, #outcome: #krate::dependency::Outcome) -> impl #krate::dependency::Ending {
            #teardown(#ended, #outcome)
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
            const FACTS: #krate::params::Facts = #provider::FACTS;
            const CACHED: bool = #provider::CACHED;

            fn describe(__doc: &mut #krate::openapi::OperationDoc<'_>) {
                #provider::describe(&__PROVIDER, __doc);
            }

            fn keep(value: &Self) -> Self {
                #provider::keep(value)
            }

            fn gather(
                __cx: &mut #krate::request::RequestContext,
            ) -> impl #krate::params::Pending<Self> + use<> {
                #provider::gather(&__PROVIDER, __cx)
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
