//! `#[validator]`: an `async fn` becomes a check of a value, and stays callable.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Generics, ItemFn, ReturnType, Type};

use crate::argument::{Argument, count_as_used, spec_names};

/// Expands the attribute
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    if !attribute.is_empty() {
        return Err(syn::Error::new_spanned(attribute, "`#[validator]` has no options: write it alone"));
    }
    let mut function: ItemFn = syn::parse2(item).map_err(|error| {
        let message = "`#[validator]` goes on a free fn: `async fn name_is_free(item: &ItemCreate, items: Items) -> …`";
        syn::Error::new(error.span(), message)
    })?;
    let checked = value_type(&function)?;
    let mut arguments = Vec::new();
    for (index, argument) in function.sig.inputs.iter_mut().enumerate().skip(1) {
        let argument = Argument::of_fn(argument, index)?;
        if argument.is_parameter {
            return Err(syn::Error::new(argument.span, "a validator has no fixed parameters: write two fns"));
        }
        arguments.push(argument);
    }
    count_as_used(&mut function);
    let names = spec_names(arguments.len());
    let mut specs = TokenStream::new();
    for (argument, name) in arguments.iter().zip(&names) {
        specs.extend(argument.spec(name, &Generics::default(), krate)?);
    }
    let implementation = implementation(&function, &checked, &arguments, &names, krate);
    let (visibility, name) = (&function.vis, &function.sig.ident);
    Ok(quote! {
        #function
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #visibility struct #name {}
        const _: () = {
            #specs
            #implementation
        };
    })
}

/// The type behind the first argument's `&`
fn value_type(function: &ItemFn) -> syn::Result<Type> {
    let signature = &function.sig;
    if let Some(parameter) = signature.generics.params.first() {
        return Err(syn::Error::new_spanned(parameter, "a validator has no generics: it checks one type"));
    }
    if signature.asyncness.is_none() {
        return Err(syn::Error::new_spanned(
            signature.fn_token,
            "a check that waits for nothing needs no attribute: name the fn with `#[schema(validate = …)]`",
        ));
    }
    let message = "the first argument is the value that is checked, by reference: `item: &ItemCreate`";
    match signature.inputs.first() {
        Some(FnArg::Typed(argument)) => match &*argument.ty {
            Type::Reference(reference) if reference.mutability.is_none() => Ok((*reference.elem).clone()),
            other => Err(syn::Error::new_spanned(other, message)),
        },
        Some(FnArg::Receiver(receiver)) => Err(syn::Error::new_spanned(receiver, message)),
        None => Err(syn::Error::new(signature.paren_token.span.join(), message)),
    }
}

/// `impl AsyncValidator`
fn implementation(
    function: &ItemFn,
    checked: &Type,
    arguments: &[Argument],
    specs: &[Ident],
    krate: &TokenStream,
) -> TokenStream {
    let name = &function.sig.ident;
    let of = quote!(#krate::params::of);
    let types: Vec<&Type> = arguments.iter().map(|argument| &argument.ty).collect();
    let gathered: Vec<Ident> = (0..specs.len()).map(|index| format_ident!("__I{index}")).collect();
    let values: Vec<Ident> = (0..specs.len()).map(|index| format_ident!("__value{index}")).collect();
    let refusals = arguments.iter().zip(specs).map(|(argument, spec)| {
        let message = format!(
            "`{}` comes from the body, which has been read: a validator takes dependencies and parameters",
            argument.name
        );
        quote_spanned!(argument.ty.span()=> const _: () = ::core::assert!(!#of::facts::<#spec>().body, #message);)
    });
    let output = match &function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote_spanned!(ty.span()=> #ty),
    };
    quote! {
        #(#refusals)*
        // Its fields are private, so that a public validator may take private types.
        #[allow(unreachable_pub, unnameable_types)]
        #[derive(::core::clone::Clone)]
        pub struct __Arguments(#(#types,)*);
        // Generic over what is gathered, so that a wrong argument type is told by its spec alone.
        struct __Pending<#(#gathered),*>(#(#gathered,)*);
        impl<#(#gathered: #krate::params::Pending<#types>),*> #krate::params::Pending<__Arguments>
            for __Pending<#(#gathered),*>
        {
            async fn resolve(
                self,
                __cx: &mut #krate::request::RequestContext,
            ) -> ::core::result::Result<__Arguments, #krate::error::Failure> {
                let Self(#(#values,)*) = self;
                let _ = &__cx;
                #(let #values = #values.resolve(__cx).await?;)*
                ::core::result::Result::Ok(__Arguments(#(#values,)*))
            }
        }
        struct __Verdict;
        impl #krate::params::VerdictSpec for __Verdict {
            type Output = #output;
        }
        impl #krate::params::AsyncValidator for #name {
            type Value = #checked;
            type Arguments = __Arguments;
            const SECURITY: bool = false #(|| #of::facts::<#specs>().security)*;

            fn describe(__doc: &mut #krate::openapi::OperationDoc<'_>) {
                #(#of::describe::<#specs>(__doc);)*
                #krate::params::describe_verdict::<__Verdict>(__doc);
            }

            fn gather(
                __cx: &mut #krate::request::RequestContext,
            ) -> impl #krate::params::Pending<__Arguments> + use<> {
                let _ = &__cx;
                __Pending(#(#of::gather::<#specs>(__cx),)*)
            }

            async fn check<'v>(
                __value: &'v Self::Value,
                __Arguments(#(#values,)*): Self::Arguments,
            ) -> #krate::params::Checked {
                #krate::params::settle_verdict::<__Verdict>(#name(__value, #(#values),*).await)
            }
        }
    }
}
