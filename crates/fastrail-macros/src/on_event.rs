//! `#[on_event]`: a free fn hears an event, and stays callable. `DomainEvent`, derived.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, FnArg, Generics, ItemFn, LitStr, Type};

use crate::argument::{Argument, count_as_used, plain_name, spec_names};
use crate::schema::case::snake;

/// Expands the attribute
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    if !attribute.is_empty() {
        return Err(syn::Error::new_spanned(
            attribute,
            "`#[on_event]` has no options: the first argument is the event",
        ));
    }
    let mut function: ItemFn = syn::parse2(item).map_err(|error| {
        let message = "`#[on_event]` goes on a free fn: `async fn greet(event: Arc<UserRegistered>) { … }`";
        syn::Error::new(error.span(), message)
    })?;
    let event = event_type(&function)?;
    let mut arguments = Vec::new();
    for (index, argument) in function.sig.inputs.iter_mut().enumerate() {
        arguments.push(Argument::of_fn(argument, index)?);
    }
    count_as_used(&mut function);
    let names = spec_names(arguments.len());
    let mut specs = TokenStream::new();
    for (argument, name) in arguments.iter().zip(&names) {
        specs.extend(argument.spec(name, &Generics::default(), krate)?);
    }
    let implementation = implementation(&function, &names, krate);
    let (visibility, name) = (&function.vis, &function.sig.ident);
    let listen = quote_spanned! {event.span()=>
        impl #krate::events::Listen for #name {
            type Argument = #event;
        }
    };
    Ok(quote! {
        #function
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #visibility struct #name {}
        const _: () = {
            #specs
            #implementation
            #listen
        };
    })
}

/// The type of the first argument
fn event_type(function: &ItemFn) -> syn::Result<Type> {
    let signature = &function.sig;
    if let Some(parameter) = signature.generics.params.first() {
        return Err(syn::Error::new_spanned(parameter, "a listener has no generics: it hears one event"));
    }
    match signature.inputs.first() {
        Some(FnArg::Typed(argument)) => Ok((*argument.ty).clone()),
        _ => Err(syn::Error::new(
            signature.paren_token.span.join(),
            "the first argument of a listener is the event: `event: Arc<UserRegistered>`",
        )),
    }
}

/// `impl Operation`, which nothing but the event's emission runs
fn implementation(function: &ItemFn, specs: &[Ident], krate: &TokenStream) -> TokenStream {
    let function_name = &function.sig.ident;
    let name = plain_name(function_name);
    let slots: Vec<Ident> = (0..specs.len()).map(|index| format_ident!("__slot{index}")).collect();
    let values: Vec<Ident> = (0..specs.len()).map(|index| format_ident!("__value{index}")).collect();
    let call = if function.sig.asyncness.is_some() {
        quote!(#function_name(#(#values),*).await)
    } else {
        quote!(#krate::__private::blocking(move || #function_name(#(#values),*)).await)
    };
    let listened = match &function.sig.output {
        syn::ReturnType::Default => quote!(#krate::events::listened(#call)),
        syn::ReturnType::Type(_, ty) => quote_spanned!(ty.span()=> #krate::events::listened::<#ty>(__output)),
    };
    let listened = match &function.sig.output {
        syn::ReturnType::Default => listened,
        syn::ReturnType::Type(..) => quote!({ let __output = #call; #listened }),
    };
    quote! {
        impl #krate::routing::Operation for #function_name {
            fn metas() -> &'static [#krate::routing::OperationMeta] {
                static METAS: &[#krate::routing::OperationMeta] = &[#krate::routing::OperationMeta::listener(
                    #name,
                    ::core::concat!(::core::file!(), ":", ::core::line!()),
                )];
                METAS
            }

            fn describe(
                __doc: &mut #krate::openapi::OperationDoc<'_>,
                _: ::core::option::Option<#krate::__private::StatusCode>,
            ) {
                #(#krate::params::of::describe::<#specs>(__doc);)*
            }

            async fn invoke(
                __cx: &mut #krate::request::RequestContext,
            ) -> ::core::result::Result<#krate::__private::Response, #krate::error::Failure> {
                use #krate::params::{Pending as _, Secured as _};
                #(let #slots = #krate::params::of::secure::<#specs>(__cx).await?;)*
                #(let #slots = #slots.gather(__cx);)*
                __cx.verdict()?;
                #(let #values = #slots.resolve(__cx).await?;)*
                #listened
            }
        }
    }
}

/// Derives `DomainEvent`
pub(crate) fn derive(item: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let input: DeriveInput = syn::parse2(item)?;
    if let Some(parameter) = input.generics.params.first() {
        return Err(syn::Error::new_spanned(parameter, "an event has no generics: a listener hears one type"));
    }
    let mut name: Option<LitStr> = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("event")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("name") {
                return Err(meta.error("an event has one key: `#[event(name = \"user_registered\")]`"));
            }
            name = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    let ident = &input.ident;
    let name = name.map_or_else(|| snake(&plain_name(ident)), |name| name.value());
    Ok(quote! {
        impl #krate::events::DomainEvent for #ident {
            const NAME: &'static str = #name;
        }
    })
}
