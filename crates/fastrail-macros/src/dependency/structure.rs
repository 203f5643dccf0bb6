//! `#[derive(Dependency)]` on a struct: each field is an argument.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Generics, Type};

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
    let inputs: Vec<Ident> = (0..names.len()).map(|index| format_ident!("__I{index}")).collect();
    let gathered: Vec<Ident> = (0..names.len()).map(|index| format_ident!("__gathered{index}")).collect();
    let types: Vec<&Type> = arguments.iter().map(|argument| &argument.ty).collect();
    let name = &input.ident;
    let resolved = quote!(#(#krate::params::Pending::resolve(#gathered, __cx).await?),*);
    let built = match &data.fields {
        Fields::Named(fields) => {
            let fields = fields.named.iter().map(|field| &field.ident);
            quote!(#name { #(#fields: #krate::params::Pending::resolve(#gathered, __cx).await?),* })
        }
        Fields::Unnamed(_) => quote!(#name(#resolved)),
        Fields::Unit => quote!(#name),
    };
    // What the fields gather is a type parameter each, so that a wrong field type is told by its spec alone.
    let mut pending_generics = generics.clone();
    for (input, ty) in inputs.iter().zip(&types) {
        pending_generics.params.push(syn::parse_quote!(#input: #krate::params::Pending<#ty>));
    }
    let (pending_impl, pending_type, pending_where) = pending_generics.split_for_impl();
    let argument = Ident::new("value", Span::call_site());
    let keep = quote_spanned!(name.span()=> #krate::dependency::copy_of(#argument));
    let captured: Vec<&Ident> = generics.type_params().map(|parameter| &parameter.ident).collect();
    Ok(quote! {
        const _: () = {
            #specs
            struct __Pending #pending_impl (
                #(#inputs,)*
                ::core::marker::PhantomData<fn() -> #name #type_generics>,
            ) #pending_where;
            impl #pending_impl #krate::params::Pending<#name #type_generics> for __Pending #pending_type #pending_where {
                async fn resolve(
                    self,
                    __cx: &mut #krate::request::RequestContext,
                ) -> ::core::result::Result<#name #type_generics, #krate::error::Failure> {
                    let Self(#(#gathered,)* _) = self;
                    ::core::result::Result::Ok(#built)
                }
            }
            impl #impl_generics #krate::dependency::StructDependency for #name #type_generics #where_clause {
                const FACTS: #krate::params::Facts =
                    #krate::params::Facts::any(&[#(#krate::params::of::facts::<#specs_of>()),*]);

                fn describe(__doc: &mut #krate::openapi::OperationDoc<'_>) {
                    #(#krate::params::of::describe::<#specs_of>(__doc);)*
                }

                fn keep(#argument: &Self) -> Self {
                    #keep
                }

                fn gather(
                    __cx: &mut #krate::request::RequestContext,
                ) -> impl #krate::params::Pending<Self> + use<#(#captured),*> {
                    __Pending(#(#krate::params::of::gather::<#specs_of>(__cx),)* ::core::marker::PhantomData)
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
        parameter.bounds.push(syn::parse_quote!(::core::clone::Clone));
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
