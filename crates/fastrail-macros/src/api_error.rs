//! `#[derive(ApiError)]`: each variant states its answer.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Expr, Field, Fields, LitInt, LitStr, Path, Type, Variant};

use crate::docs;
use crate::suggest::unknown_key;

const KEYS: [&str; 7] = ["code", "documentation", "format", "header", "message", "status", "transparent"];

/// What `#[api_error(…)]` says
#[derive(Default)]
struct Options {
    status: Option<LitInt>,
    code: Option<LitStr>,
    message: Option<LitStr>,
    documentation: Option<LitStr>,
    headers: Vec<(LitStr, Expr)>,
    format: Option<Path>,
    transparent: bool,
}

/// One variant on its way to code
struct Case<'a> {
    variant: &'a Variant,
    options: Options,
    message: String,
    message_span: proc_macro2::Span,
}

/// Expands the derive
pub(crate) fn derive(input: TokenStream) -> syn::Result<TokenStream> {
    let krate = &crate::paths::krate();
    let input: DeriveInput = syn::parse2(input)?;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "`ApiError` is derived on an enum: one variant an answer"));
    };
    let container = options(&input.attrs)?;
    let cases: Vec<Case<'_>> = data.variants.iter().map(case).collect::<syn::Result<_>>()?;
    let arms = |make: &dyn Fn(&Case<'_>) -> TokenStream| -> Vec<TokenStream> { cases.iter().map(make).collect() };
    let status = arms(&|case| arm_status(case, krate));
    let code = arms(&|case| {
        arm(case, krate, "code", |case| {
            let code = &case.options.code;
            quote!(::std::borrow::Cow::Borrowed(#code))
        })
    });
    let message = arms(&arm_message(krate));
    let documentation = arms(&|case| {
        arm(case, krate, "documentation", |case| match &case.options.documentation {
            Some(link) => quote!(::core::option::Option::Some(::std::borrow::Cow::Borrowed(#link))),
            None => quote!(::core::option::Option::None),
        })
    });
    let headers = arms(&|case| arm_headers(case, krate));
    let log_detail = arms(&|case| arm_log_detail(case, krate));
    let format = arms(&|case| arm(case, krate, "format", |_| format_of(container.format.as_ref(), krate)));
    let describe: Vec<TokenStream> =
        cases.iter().map(|case| describe(case, container.format.as_ref(), krate)).collect();
    let transparent = into_transparent(&cases);
    let conversions = cases.iter().filter_map(|case| conversion(&input, case));
    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        #[allow(unused_variables)]
        impl #impl_generics #krate::error::ApiError for #name #type_generics #where_clause {
            fn status(&self) -> #krate::__private::StatusCode { match self { #(#status)* } }
            fn code(&self) -> ::std::borrow::Cow<'static, str> { match self { #(#code)* } }
            fn message(&self) -> ::std::string::String { match self { #(#message)* } }
            fn documentation(&self) -> ::core::option::Option<::std::borrow::Cow<'static, str>> {
                match self { #(#documentation)* }
            }
            fn headers(&self, __headers: &mut #krate::__private::HeaderMap) { match self { #(#headers)* } }
            fn log_detail(&self) -> ::core::option::Option<::std::string::String> { match self { #(#log_detail)* } }
            fn format(&self) -> ::core::option::Option<&'static dyn #krate::error::ErrorFormat> {
                match self { #(#format)* }
            }
            fn into_transparent(self) -> ::core::result::Result<#krate::Error, Self> {
                #transparent
            }
            fn describe(__errors: &mut ::std::vec::Vec<#krate::error::ErrorCase>) { #(#describe)* }
        }
        #(#conversions)*
    })
}

fn case(variant: &Variant) -> syn::Result<Case<'_>> {
    let options = options(&variant.attrs)?;
    if options.transparent {
        if variant.fields.len() != 1 {
            return Err(syn::Error::new_spanned(variant, "a transparent variant holds exactly one error"));
        }
        return Ok(Case { variant, options, message: String::new(), message_span: variant.span() });
    }
    if options.status.is_none() || options.code.is_none() {
        return Err(syn::Error::new_spanned(
            &variant.ident,
            "say what is answered: `#[api_error(status = 404, code = \"item_not_found\")]`, or `#[api_error(transparent)]`",
        ));
    }
    if let Some(code) = &options.code
        && !is_snake_case(&code.value())
    {
        return Err(syn::Error::new(code.span(), "a code is snake_case, such as `item_not_found`"));
    }
    let (message, message_span) = match &options.message {
        Some(message) => (message.value(), message.span()),
        None => match docs::summary_and_description(&variant.attrs).0 {
            Some(line) => (line, variant.ident.span()),
            None => {
                return Err(syn::Error::new_spanned(
                    &variant.ident,
                    "say it in a sentence that is safe for strangers: a doc comment, or `message = \"…\"`",
                ));
            }
        },
    };
    Ok(Case { variant, options, message, message_span })
}

fn options(attributes: &[syn::Attribute]) -> syn::Result<Options> {
    let mut options = Options::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("api_error")) {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match key.as_str() {
                "status" => {
                    let status: LitInt = meta.value()?.parse()?;
                    if !(400..600).contains(&status.base10_parse::<u16>().unwrap_or_default()) {
                        return Err(syn::Error::new(status.span(), "the status of an error is from 400 to 599"));
                    }
                    options.status = Some(status);
                }
                "code" => options.code = Some(meta.value()?.parse()?),
                "message" => options.message = Some(meta.value()?.parse()?),
                "documentation" => options.documentation = Some(meta.value()?.parse()?),
                "format" => options.format = Some(meta.value()?.parse()?),
                "transparent" => options.transparent = true,
                "header" => {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    let name: LitStr = content.parse()?;
                    content.parse::<syn::Token![=]>()?;
                    options.headers.push((name, content.parse()?));
                }
                other => return Err(meta.error(unknown_key(other, &KEYS))),
            }
            Ok(())
        })?;
    }
    Ok(options)
}

/// The pattern of a variant that binds every field: `Self::Sold(f0)`, `Self::Sold { left }`
fn pattern(variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    match &variant.fields {
        Fields::Unit => quote!(Self::#name),
        Fields::Named(fields) => {
            let names = fields.named.iter().map(|field| &field.ident);
            quote!(Self::#name { #(#names),* })
        }
        Fields::Unnamed(fields) => {
            let names = (0..fields.unnamed.len()).map(|index| format_ident!("__f{index}"));
            quote!(Self::#name(#(#names),*))
        }
    }
}

/// The name that `pattern` binds the field at `index` to
fn bound(field: &Field, index: usize) -> Ident {
    field.ident.clone().unwrap_or_else(|| format_ident!("__f{index}"))
}

/// One arm: a transparent variant asks what it holds, another answers `own`
fn arm(case: &Case<'_>, krate: &TokenStream, method: &str, own: impl FnOnce(&Case<'_>) -> TokenStream) -> TokenStream {
    let pattern = pattern(case.variant);
    if case.options.transparent {
        let inner = inner(case);
        let method = format_ident!("{method}");
        return quote!(#pattern => #krate::error::ApiError::#method(#inner),);
    }
    let own = own(case);
    quote!(#pattern => #own,)
}

fn inner(case: &Case<'_>) -> Ident {
    case.variant.fields.iter().next().map_or_else(|| format_ident!("__f0"), |field| bound(field, 0))
}

fn arm_status(case: &Case<'_>, krate: &TokenStream) -> TokenStream {
    arm(case, krate, "status", |case| {
        let status = &case.options.status;
        quote! {
            match #krate::__private::StatusCode::from_u16(#status) {
                ::core::result::Result::Ok(status) => status,
                ::core::result::Result::Err(_) => #krate::__private::StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    })
}

/// `format!` with the fields: `{0}` for a tuple's, `{left}` for a named one
fn arm_message(krate: &TokenStream) -> impl Fn(&Case<'_>) -> TokenStream + '_ {
    |case| {
        arm(case, krate, "message", |case| {
            let text = &case.message;
            if !text.contains('{') {
                return quote!(::std::string::String::from(#text));
            }
            let text = LitStr::new(text, case.message_span);
            let positional = case.variant.fields.iter().enumerate().filter(|(_, field)| field.ident.is_none());
            let positional = positional.filter(|(index, _)| text.value().contains(&format!("{{{index}")));
            let positional: Vec<Ident> = positional.map(|(index, field)| bound(field, index)).collect();
            quote_spanned!(case.message_span=> ::std::format!(#text, #(#positional),*))
        })
    }
}

/// Hands out what a transparent variant holds
fn into_transparent(cases: &[Case<'_>]) -> TokenStream {
    let transparent: Vec<&Case<'_>> = cases.iter().filter(|case| case.options.transparent).collect();
    if transparent.is_empty() {
        return quote!(::core::result::Result::Err(self));
    }
    let arms = transparent.iter().map(|case| {
        let (pattern, inner) = (pattern(case.variant), inner(case));
        quote!(#pattern => ::core::result::Result::Ok(::core::convert::From::from(#inner)),)
    });
    let rest = (transparent.len() < cases.len()).then(|| quote!(other => ::core::result::Result::Err(other),));
    quote!(match self { #(#arms)* #rest })
}

fn arm_headers(case: &Case<'_>, krate: &TokenStream) -> TokenStream {
    let pattern = pattern(case.variant);
    if case.options.transparent {
        let inner = inner(case);
        return quote!(#pattern => #krate::error::ApiError::headers(#inner, __headers),);
    }
    let inserts = case.options.headers.iter().map(|(name, value)| {
        let lower = name.value().to_ascii_lowercase();
        quote! {
            if let ::core::result::Result::Ok(value) =
                #krate::__private::header::HeaderValue::try_from(::std::string::ToString::to_string(&#value))
            {
                __headers.insert(#krate::__private::header::HeaderName::from_static(#lower), value);
            }
        }
    });
    quote!(#pattern => { #(#inserts)* })
}

/// The cause, for the log: the field with `#[from]` or `#[source]`
fn arm_log_detail(case: &Case<'_>, krate: &TokenStream) -> TokenStream {
    arm(case, krate, "log_detail", |case| {
        let source =
            case.variant.fields.iter().enumerate().find(|(_, field)| has(field, "from") || has(field, "source"));
        match source {
            None => quote!(::core::option::Option::None),
            Some((index, field)) => {
                let name = bound(field, index);
                quote!(::core::option::Option::Some(::std::string::ToString::to_string(#name)))
            }
        }
    })
}

fn format_of(format: Option<&Path>, krate: &TokenStream) -> TokenStream {
    match format {
        None => quote!(::core::option::Option::None),
        Some(format) => quote! {{
            static FORMAT: #format = #format;
            ::core::option::Option::Some(&FORMAT as &'static dyn #krate::error::ErrorFormat)
        }},
    }
}

fn describe(case: &Case<'_>, format: Option<&Path>, krate: &TokenStream) -> TokenStream {
    if case.options.transparent {
        let types: Vec<&Type> = case.variant.fields.iter().map(|field| &field.ty).collect();
        return quote!(#(<#types as #krate::error::ApiError>::describe(__errors);)*);
    }
    let (status, code) = (&case.options.status, &case.options.code);
    let message = documented_message(&case.message);
    let headers = case.options.headers.iter().map(|(name, _)| name);
    let format = format_of(format, krate);
    quote! {
        __errors.push(#krate::error::ErrorCase {
            status: match #krate::__private::StatusCode::from_u16(#status) {
                ::core::result::Result::Ok(status) => status,
                ::core::result::Result::Err(_) => #krate::__private::StatusCode::INTERNAL_SERVER_ERROR,
            },
            code: ::std::borrow::Cow::Borrowed(#code),
            message: ::std::borrow::Cow::Borrowed(#message),
            headers: &[#(#headers),*],
            format: #format,
        });
    }
}

/// `impl From<Inner>` for a variant whose only field has `#[from]`
fn conversion(input: &DeriveInput, case: &Case<'_>) -> Option<TokenStream> {
    let field = case.variant.fields.iter().next().filter(|field| has(field, "from"))?;
    if case.variant.fields.len() != 1 {
        return Some(syn::Error::new_spanned(case.variant, "`#[from]` stands alone in its variant").to_compile_error());
    }
    let (ty, name, variant) = (&field.ty, &input.ident, &case.variant.ident);
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let built = match &field.ident {
        Some(field) => quote!(Self::#variant { #field: value }),
        None => quote!(Self::#variant(value)),
    };
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#ty> for #name #type_generics #where_clause {
            fn from(value: #ty) -> Self { #built }
        }
    })
}

fn has(field: &Field, name: &str) -> bool {
    field.attrs.iter().any(|attribute| attribute.path().is_ident(name))
}

fn is_snake_case(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The message without its values: `Only {left} are left` → `Only … are left`
fn documented_message(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.peek() == Some(&c) => {
                rest.next();
                text.push(c);
            }
            '{' => {
                rest.by_ref().find(|inner| *inner == '}');
                text.push('…');
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::documented_message;

    #[test]
    fn values_are_left_out_of_the_document() {
        assert_eq!(documented_message("Only {left} of {0:?} are left"), "Only … of … are left");
        assert_eq!(documented_message("{{literally}} {x}"), "{literally} …");
        assert_eq!(documented_message("plain"), "plain");
    }
}
