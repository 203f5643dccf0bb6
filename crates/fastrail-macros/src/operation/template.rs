//! Path templates: `/items/{item_id}`, `/files/{file:path}`, and of callbacks `{$request.query.url}/items/{id}`.

use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::Parser;

/// Checks a path template; answers it in our table's form, and the names of its placeholders
pub(super) fn template(path: &LitStr) -> syn::Result<(String, Vec<String>)> {
    let text = path.value();
    let error = |message: &str| Err(syn::Error::new(path.span(), message));
    let mut template = String::new();
    let mut names: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find(['{', '}']) {
        template.push_str(&rest[..open]);
        if rest[open..].starts_with('}') {
            return error("a `}` without its `{`");
        }
        let Some(close) = rest[open..].find('}') else { return error("a `{` without its `}`") };
        let inside = &rest[open + 1..open + close];
        if inside.starts_with('$') {
            // A runtime expression (OpenAPI 3.1 §4.8.20.4): it holds no parameter.
            template.push_str(&rest[open..=open + close]);
            rest = &rest[open + close + 1..];
            continue;
        }
        let (name, star) = match (inside.strip_prefix('*'), inside.strip_suffix(":path")) {
            (Some(name), _) | (None, Some(name)) => (name, "*"),
            (None, None) => (inside, ""),
        };
        if Ident::parse_any.parse_str(name).is_err() {
            return error("between `{` and `}` stands a name, such as `{item_id}` or `{file:path}`");
        }
        if names.iter().any(|other| other == name) {
            return error("a name stands in a path once");
        }
        rest = &rest[open + close + 1..];
        if !star.is_empty() && !rest.is_empty() {
            return error("`{name:path}` takes the rest of the path, so it stands at the end");
        }
        template.push_str(&format!("{{{star}{name}}}"));
        names.push(name.to_owned());
    }
    template.push_str(rest);
    Ok((template, names))
}

/// Refuses what only the path of a callback or a webhook may be
pub(super) fn refuse_what_is_not_served(path: &LitStr) -> syn::Result<()> {
    let text = path.value();
    if text.contains("{$") {
        return Err(syn::Error::new(
            path.span(),
            "`{$…}` is for callbacks, which have no body: `async fn notify(body: Event);`",
        ));
    }
    if !text.is_empty() && !text.starts_with('/') {
        return Err(syn::Error::new(path.span(), "a path starts with `/`"));
    }
    Ok(())
}
