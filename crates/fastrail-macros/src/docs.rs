//! Doc comments as OpenAPI text: the first line is the summary, the rest the description.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// All lines of the doc comment, each without its leading space
pub(crate) fn lines(attributes: &[Attribute]) -> Vec<String> {
    attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>()) // `lines` would drop a blank one
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect()
}

/// The whole comment as one text
pub(crate) fn text(attributes: &[Attribute]) -> Option<String> {
    let text = lines(attributes).join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The first line, and what follows it
pub(crate) fn summary_and_description(attributes: &[Attribute]) -> (Option<String>, Option<String>) {
    let Some(text) = text(attributes) else { return (None, None) };
    match text.split_once('\n') {
        None => (Some(text), None),
        Some((summary, rest)) => {
            let rest = rest.trim();
            (Some(summary.to_owned()), (!rest.is_empty()).then(|| rest.to_owned()))
        }
    }
}
