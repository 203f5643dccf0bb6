//! What a `#[dependency]` fn returns, as far as the source text tells.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// Types that are parameters or bodies by themselves: a second role for them would be an error at every one of their uses
pub(super) fn refuse_built_in(value: &Type) -> syn::Result<()> {
    const BUILT_IN: &[&str] = &[
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "f32",
        "f64",
        "bool",
        "char",
        "String",
        "Option",
        "Vec",
        "Arc",
        "HashMap",
        "HashSet",
        "BTreeMap",
        "BTreeSet",
        "Value",
        "Uuid",
        "Url",
        "Decimal",
        "DateTime",
        "NaiveDate",
        "NaiveDateTime",
        "SecretString",
    ];
    const NOT_OURS: &[&str] = &["std", "core", "alloc"];
    let Type::Path(path) = value else { return Ok(()) };
    let segments = &path.path.segments;
    let is_theirs =
        segments.len() > 1 && segments.first().is_some_and(|first| NOT_OURS.iter().any(|name| first.ident == name));
    match segments.last() {
        Some(last) if is_theirs || BUILT_IN.iter().any(|name| last.ident == name) => Err(syn::Error::new_spanned(
            value,
            format!(
                "`{}` is not a type of your own: wrap it in a struct, or write `#[dependency(explicit)]` and name this fn \
                 at the argument with `#[depends(…)]`",
                last.ident
            ),
        )),
        _ => Ok(()),
    }
}

/// `Result<T, E>` → `T`, `E`; `Result<T>` → `T`, the framework's error; anything else is the value itself
pub(super) fn value_and_error(output: &ReturnType) -> (Type, Option<Type>) {
    let ty = match output {
        ReturnType::Default => return (syn::parse_quote!(()), None),
        ReturnType::Type(_, ty) => &**ty,
    };
    let Type::Path(path) = ty else { return (ty.clone(), None) };
    let Some(last) = path.path.segments.last().filter(|segment| segment.ident == "Result") else {
        return (ty.clone(), None);
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return (ty.clone(), None) };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    match types.next() {
        None => (ty.clone(), None),
        Some(value) => {
            let krate = crate::paths::krate();
            (value, Some(types.next().unwrap_or_else(|| syn::parse_quote!(#krate::Error))))
        }
    }
}
