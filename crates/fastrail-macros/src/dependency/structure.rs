//! `#[derive(Dependency)]` on a struct: each field is an argument.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Generics};

use crate::argument::{Argument, plain_name, spec_names};

/// Expands `#[derive(Dependency)]`
pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let input: DeriveInput = syn::parse2(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "`Dependency` is derived on a struct, whose fields are its arguments",
        ));
    };
    let mut arguments = Vec::new();
    for (index, field) in data.fields.iter().enumerate() {
        let name = field.ident.as_ref().map_or_else(|| format!("argument {}", index + 1), plain_name);
        let argument = Argument::read(name, &field.ty, field.ty.span(), &mut field.attrs.clone())?;
        if argument.is_parameter {
            return Err(syn::Error::new(argument.span, "parameters belong to `#[dependency]` fns"));
        }
        arguments.push(argument);
    }
    let names = spec_names(arguments.len());
    let generics = generics_for_dependency(&input.generics);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let mut specs = TokenStream::new();
    for (argument, name) in arguments.iter().zip(&names) {
        specs.extend(argument.spec(name, &generics, krate)?);
    }
    let specs_of: Vec<TokenStream> = names.iter().map(|name| quote!(#name #type_generics)).collect();
    let inputs: Vec<Ident> = (0..names.len()).map(|index| format_ident!("__input{index}")).collect();
    let name = &input.ident;
    let built = match &data.fields {
        Fields::Named(fields) => {
            let fields = fields.named.iter().map(|field| &field.ident);
            quote!(Self { #(#fields: #krate::params::of::resolve::<#specs_of>(__cx, #inputs).await?),* })
        }
        Fields::Unnamed(_) => quote!(Self(#(#krate::params::of::resolve::<#specs_of>(__cx, #inputs).await?),*)),
        Fields::Unit => quote!(Self),
    };
    Ok(quote! {
        const _: () = {
            #specs
            // Its fields are private, so that a public dependency may hold private types.
            #[allow(unreachable_pub, unnameable_types)]
            pub struct __Input #impl_generics (#(#krate::params::of::Input<#specs_of>,)* ::core::marker::PhantomData<fn() -> #name #type_generics>) #where_clause;
            impl #impl_generics #krate::dependency::StructDependency for #name #type_generics #where_clause {
                type Input = __Input #type_generics;
                const SECURITY: bool = false #(|| #krate::params::of::is_security::<#specs_of>())*;
                const BODY: bool = false #(|| #krate::params::of::reads_body::<#specs_of>())*;

                fn describe(__doc: &mut #krate::openapi::OperationDoc<'_>) {
                    #(#krate::params::of::describe::<#specs_of>(__doc);)*
                }

                fn gather(__cx: &mut #krate::request::RequestContext) -> Self::Input {
                    __Input(#(#krate::params::of::gather::<#specs_of>(__cx),)* ::core::marker::PhantomData)
                }

                async fn resolve(
                    __cx: &mut #krate::request::RequestContext,
                    __Input(#(#inputs,)* _): Self::Input,
                ) -> ::core::result::Result<Self, #krate::error::Failure> {
                    ::core::result::Result::Ok(#built)
                }
            }
            impl #impl_generics #krate::dependency::Dependency for #name #type_generics #where_clause {
                type Provider = #krate::dependency::StructProvider<Self>;
                fn provider() -> &'static Self::Provider {
                    const { &#krate::dependency::StructProvider::NEW }
                }
            }
            impl #impl_generics #krate::params::Argument for #name #type_generics #where_clause {
                type Kind = #krate::dependency::DependencyKind;
            }
        };
    })
}

/// Type parameters of a dependency are dependencies, or hold one, so they are cloned, sent and kept
fn generics_for_dependency(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    let krate = crate::paths::krate();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#krate::dependency::Dependency));
        parameter.default = None;
    }
    let names: Vec<Ident> = generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    let clause = generics.make_where_clause();
    for name in names {
        clause
            .predicates
            .push(syn::parse_quote!(#name: #krate::params::Argument<Kind = #krate::dependency::DependencyKind>));
    }
    generics
}
