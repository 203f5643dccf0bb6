//! `#[get]`, `#[post]`, …: a free fn becomes a path operation, and stays callable.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ForeignItemFn, Generics, ItemFn, LitStr, ReturnType, Type};

mod additions;
mod attribute;
mod template;

pub(crate) use attribute::method_of;
use attribute::{RouteAttribute, route_attribute, tokens_of};
use template::refuse_what_is_not_served;

use crate::argument::{Argument, Source, count_as_used, option, plain_name, refuse_two_bodies, spec_names};
use crate::docs;

/// Expands the attribute `method` on `item`, together with further method attributes below it
pub(crate) fn expand(method: &str, attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let (mut function, documentation_only) = parse(method, item)?;
    refuse_what_cannot_be(&function)?;
    let mut routes = vec![route_attribute(method, attribute)?];
    let mut others = Vec::new();
    for other in std::mem::take(&mut function.attrs) {
        match method_of(&other) {
            Some(method) => routes.push(route_attribute(&method, tokens_of(&other)?)?),
            None => others.push(other),
        }
    }
    function.attrs = others;
    refuse_repetition(&routes)?;

    let mut arguments = Vec::new();
    for (index, argument) in function.sig.inputs.iter_mut().enumerate() {
        arguments.push(Argument::of_fn(argument, index)?);
    }
    if !documentation_only {
        for route in &routes {
            refuse_what_is_not_served(&route.path)?;
        }
    }
    place_path_arguments(&mut arguments, &routes)?;
    refuse_two_bodies(&arguments)?;
    count_as_used(&mut function);

    let names = spec_names(arguments.len());
    let generics = Generics::default();
    let mut specs = TokenStream::new();
    for (argument, name) in arguments.iter().zip(&names) {
        specs.extend(argument.spec(name, &generics, krate)?);
    }
    let mut effects = Vec::new();
    for (index, dependency) in routes.iter().flat_map(|route| &route.dependencies).enumerate() {
        let name = format_ident!("__D{index}");
        specs.extend(dependency.spec(&name, krate));
        effects.push(name);
    }
    let metas = routes
        .iter()
        .map(|route| meta(route, &function, documentation_only, krate))
        .collect::<syn::Result<Vec<_>>>()?;
    let is_websocket = routes.iter().any(|route| route.websocket);
    if is_websocket && routes.len() > 1 {
        return Err(syn::Error::new_spanned(
            &function.sig.ident,
            "a WebSocket has one attribute: write a fn of its own for the other",
        ));
    }
    let is_no_get = |route: &&RouteAttribute| route.cache.is_some() && (route.method != "GET" || route.websocket);
    if let Some(route) = routes.iter().find(is_no_get) {
        return Err(syn::Error::new(route.path.span(), "only the answer to a `GET` is kept: take `cache(…)` away"));
    }
    let is_kept = routes.iter().any(|route| route.cache.is_some());
    let operation = implementation(&function, is_websocket, is_kept, &effects, &names, krate);
    let (visibility, name) = (&function.vis, &function.sig.ident);
    Ok(quote! {
        #function
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #visibility struct #name {}
        const _: () = {
            #specs
            impl #krate::routing::Operation for #name {
                fn metas() -> &'static [#krate::routing::OperationMeta] {
                    static METAS: &[#krate::routing::OperationMeta] = &[#(#metas),*];
                    METAS
                }
                #operation
            }
        };
    })
}

/// The fn, and whether it has no body: then it documents a callback or a webhook
fn parse(method: &str, item: TokenStream) -> syn::Result<(ItemFn, bool)> {
    if let Ok(ForeignItemFn { attrs, vis, sig, .. }) = syn::parse2(item.clone()) {
        let block = Box::new(syn::parse_quote!({ ::core::unreachable!() }));
        return Ok((ItemFn { attrs, vis, sig, block }, true));
    }
    let function = syn::parse2(item).map_err(|error| {
        syn::Error::new(
            error.span(),
            format!("`#[{method}(…)]` goes on a free fn: `async fn read_item(…) -> Item {{ … }}`"),
        )
    })?;
    Ok((function, false))
}

/// Two method attributes of one fn that answer the same request
fn refuse_repetition(routes: &[RouteAttribute]) -> syn::Result<()> {
    for (index, route) in routes.iter().enumerate() {
        if routes[..index].iter().any(|other| other.method == route.method && other.shape() == route.shape()) {
            return Err(syn::Error::new(
                route.path.span(),
                format!("`{} {}` stands above this fn already: remove one of the two", route.method, route.template),
            ));
        }
    }
    Ok(())
}

fn refuse_what_cannot_be(function: &ItemFn) -> syn::Result<()> {
    let signature = &function.sig;
    if let Some(parameter) = signature.generics.params.first() {
        return Err(syn::Error::new_spanned(
            parameter,
            "a path operation has no generics: its types decide what it reads",
        ));
    }
    if let Some(unsafety) = signature.unsafety {
        return Err(syn::Error::new_spanned(unsafety, "a path operation cannot be `unsafe`"));
    }
    Ok(())
}

/// `describe` and `invoke`
fn implementation(
    function: &ItemFn,
    is_websocket: bool,
    is_kept: bool,
    effects: &[Ident],
    arguments: &[Ident],
    krate: &TokenStream,
) -> TokenStream {
    let all: Vec<&Ident> = effects.iter().chain(arguments).collect();
    let slots: Vec<Ident> = (0..all.len()).map(|index| format_ident!("__slot{index}")).collect();
    let values: Vec<Ident> = (0..arguments.len()).map(|index| format_ident!("__value{index}")).collect();
    let (effect_slots, argument_slots) = slots.split_at(effects.len());
    let name = &function.sig.ident;
    let call = if function.sig.asyncness.is_some() {
        quote!(#name(#(#values),*).await)
    } else {
        quote!(#krate::__private::blocking(move || #name(#(#values),*)).await)
    };
    let (describe, respond) = reply(&function.sig.output, krate);
    let accept = is_websocket.then(|| quote!(__cx.accept_websocket().await?;));
    // What is kept is found once all that the request says has been settled.
    let (look, respond) = match is_kept {
        false => (None, respond),
        true => {
            let look = quote! {
                let __keep = match __cx.cached().await {
                    ::core::ops::ControlFlow::Break(__kept) => return ::core::result::Result::Ok(__kept),
                    ::core::ops::ControlFlow::Continue(__keep) => __keep,
                };
            };
            let respond = quote! {
                let __response: ::core::result::Result<#krate::__private::Response, #krate::error::Failure> = { #respond };
                __keep.keep(__cx, __response?).await
            };
            (Some(look), respond)
        }
    };
    quote! {
        fn describe(
            __doc: &mut #krate::openapi::OperationDoc<'_>,
            __status: ::core::option::Option<#krate::__private::StatusCode>,
        ) {
            #(#krate::params::of::describe::<#all>(__doc);)*
            #describe
        }

        async fn invoke(
            __cx: &mut #krate::request::RequestContext,
        ) -> ::core::result::Result<#krate::__private::Response, #krate::error::Failure> {
            use #krate::params::{Pending as _, Secured as _};
            let mut __outer = <#krate::__private::Outer as ::core::default::Default>::default();
            let __has_outer = #krate::__private::Outer::concern(__cx);
            if __has_outer {
                __outer.secure(__cx).await?;
            }
            #(let #slots = #krate::params::of::secure::<#all>(__cx).await?;)*
            if #(#krate::params::of::reads_body::<#all>() ||)* __outer.reads_body(__cx) {
                __cx.buffer_body().await?;
            }
            if __has_outer {
                __outer.gather(__cx);
            }
            #(let mut #slots = #slots.gather(__cx);)*
            __cx.verdict()?;
            if __cx.has_async_validators() {
                #(#slots.validate(__cx).await?;)*
                __cx.verdict()?;
            }
            #look
            if __has_outer {
                __outer.resolve(__cx).await?;
            }
            #(let _ = #effect_slots.resolve(__cx).await?;)*
            #(let #values = #argument_slots.resolve(__cx).await?;)*
            let __status = __cx.declared_status();
            #accept
            let __reply = #call;
            #respond
        }
    }
}

/// How the return type is documented and answered
fn reply(output: &ReturnType, krate: &TokenStream) -> (TokenStream, TokenStream) {
    let (ty, span) = match output {
        ReturnType::Default => (quote!(()), Span::call_site()),
        ReturnType::Type(_, ty) => (quote!(#ty), ty.span()),
    };
    let traits = quote! {
        use #krate::response::{
            RespondNever as _, RespondRaw as _, RespondRawResult as _, RespondTyped as _,
        };
    };
    if let ReturnType::Type(_, ty) = output
        && matches!(**ty, Type::ImplTrait(_))
    {
        return (
            quote!(#krate::response::describe_raw(__doc, __status);),
            quote!(::core::result::Result::Ok(#krate::response::respond_raw(__reply, __status))),
        );
    }
    let describe = quote_spanned! {span=>
        (&&&&#krate::response::Probe::<#ty>::NEW).describe(__doc, __status);
    };
    let respond = quote! {
        (&&&&#krate::response::Probe::<#ty>::NEW)
            .respond(__reply, __status)
            .map_err(#krate::error::Failure::Error)
    };
    (quote!(#traits #describe), quote!(#traits #respond))
}

/// An argument that the template names is a path parameter; a path parameter must be named there
fn place_path_arguments(arguments: &mut [Argument], routes: &[RouteAttribute]) -> syn::Result<()> {
    for argument in arguments {
        let name = argument.wire_name();
        let in_all = routes.iter().all(|route| route.names.contains(&name));
        match argument.source {
            Source::Auto if in_all => argument.source = Source::Path,
            Source::Path if !in_all && !argument.from_prefix => {
                let template = &routes.first().map(|route| route.template.clone()).unwrap_or_default();
                return Err(syn::Error::new(
                    argument.span,
                    format!(
                        "`{name}` is not in the path `{template}`: write `{{{name}}}` there, or `#[path(prefix)]` when it is in \
                         the router's prefix"
                    ),
                ));
            }
            Source::Query | Source::Header | Source::Cookie | Source::Form | Source::File | Source::Body if in_all => {
                return Err(syn::Error::new(
                    argument.span,
                    format!("`{name}` is in the path; take it without this attribute, or rename one of the two"),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The fixed facts of one route
fn meta(
    route: &RouteAttribute,
    function: &ItemFn,
    documentation_only: bool,
    krate: &TokenStream,
) -> syn::Result<TokenStream> {
    let (summary, description) = docs::summary_and_description(&function.attrs);
    let summary = option(route.summary.as_ref().map(LitStr::value).or(summary).as_ref());
    let description = option(route.description.as_ref().map(LitStr::value).or(description).as_ref());
    let operation_id = option(route.operation_id.as_ref());
    let name = plain_name(&function.sig.ident);
    let method = &route.method;
    let path = &route.template;
    let status = match &route.status {
        None => quote!(::core::option::Option::None),
        Some(status) => {
            let checked = quote_spanned! {status.span()=>
                match #krate::__private::StatusCode::from_u16(#status) {
                    ::core::result::Result::Ok(status) => status,
                    ::core::result::Result::Err(_) => ::core::panic!("a status is a number from 100 to 999"),
                }
            };
            quote!(::core::option::Option::Some(#checked))
        }
    };
    let errors = match &route.errors {
        None => quote!(::core::option::Option::None),
        Some(format) => quote_spanned!(format.span()=> ::core::option::Option::Some(|| ::std::sync::Arc::new(#format))),
    };
    let additions = route.additions.to_tokens(krate);
    let max_body_bytes = option(route.max_body_bytes.as_ref());
    let timeout = match &route.timeout {
        None => quote!(::core::option::Option::None),
        Some(text) => {
            let timeout = timeout(text, krate)?;
            quote!(::core::option::Option::Some(#timeout))
        }
    };
    let cache = match &route.cache {
        None => quote!(::core::option::Option::None),
        Some(cache) => {
            let tags = &cache.tags;
            let Some(millis) = millis(&cache.max_age.value(), &TIMES).filter(|millis| *millis >= 1000) else {
                return Err(syn::Error::new(
                    cache.max_age.span(),
                    "an answer is kept for `\"30s\"`, `\"5m\"`, `\"1h\"`, `\"1d\"`",
                ));
            };
            quote! {
                ::core::option::Option::Some(#krate::routing::CachePolicy {
                    max_age: ::core::time::Duration::from_millis(#millis),
                    tags: &[#(#tags),*],
                })
            }
        }
    };
    let (tags, deprecated, hidden, websocket) = (&route.tags, route.deprecated, route.hidden, route.websocket);
    Ok(quote! {
        #krate::routing::OperationMeta {
            name: #name,
            method: #krate::__private::Method::#method,
            path: #path,
            status: #status,
            tags: &[#(#tags),*],
            summary: #summary,
            description: #description,
            operation_id: #operation_id,
            deprecated: #deprecated,
            hidden: #hidden,
            websocket: #websocket,
            documentation_only: #documentation_only,
            errors: #errors,
            additions: #additions,
            max_body_bytes: #max_body_bytes,
            timeout: #timeout,
            cache: #cache,
            place: ::core::concat!(::core::file!(), ":", ::core::line!()),
        }
    })
}

/// `timeout = "30s"`, `"500ms"`, `"2m"`, or `"none"`
fn timeout(text: &LitStr, krate: &TokenStream) -> syn::Result<TokenStream> {
    let written = text.value();
    if written == "none" {
        return Ok(quote!(#krate::routing::Timeout::Never));
    }
    let millis = millis(&written, &TIMES[..3]).filter(|millis| *millis > 0);
    match millis {
        Some(millis) => Ok(quote!(#krate::routing::Timeout::After(::core::time::Duration::from_millis(#millis)))),
        None => Err(syn::Error::new(text.span(), "a timeout is `\"30s\"`, `\"500ms\"`, `\"2m\"`, or `\"none\"`")),
    }
}

/// The units of time, in milliseconds; a timeout knows the first three
const TIMES: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60 * 1000), ("h", 3_600_000), ("d", 86_400_000)];

/// A number and its unit as milliseconds
fn millis(written: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = written.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    Some(u64::from(number.parse::<u32>().ok()?) * factor)
}
