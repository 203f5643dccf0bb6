//! What serde's attributes say about the wire form.
//!
//! An attribute that changes the form in a way the schema cannot follow is refused, never ignored.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, ExprPath, LitStr, Token};

use super::case::Case;

/// Where a missing field takes its value from
#[derive(Clone)]
pub(super) enum Fallback {
    /// `Default::default()`
    Trait,
    /// A fn
    Path(ExprPath),
}

/// serde's attributes of a struct or an enum
#[derive(Default)]
pub(super) struct Container {
    pub(super) case: Case,
    /// Of the fields of an enum's variants
    pub(super) field_case: Case,
    pub(super) tag: Option<LitStr>,
    pub(super) content: Option<LitStr>,
    pub(super) untagged: bool,
    pub(super) default: Option<Fallback>,
    pub(super) deny_unknown_fields: bool,
    pub(super) transparent: bool,
}

/// serde's attributes of a field or a variant
#[derive(Default)]
pub(super) struct Item {
    /// Of a variant's fields
    pub(super) case: Option<Case>,
    pub(super) rename: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) default: Option<Fallback>,
    pub(super) skip_deserializing: bool,
    pub(super) skip_serializing: bool,
}

fn each(attrs: &[Attribute], mut read: impl FnMut(&str, ParseNestedMeta<'_>) -> syn::Result<()>) -> syn::Result<()> {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        attr.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&name, meta)
        })?;
    }
    Ok(())
}

/// Passes over `= value` or `(…)`
fn skip(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| skip(&inner))?;
    }
    Ok(())
}

/// `name = "x"`, or of `name(serialize = "x", deserialize = "y")` the name for input
fn name_for_input(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<LitStr>> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse().map(Some);
    }
    let mut name = None;
    meta.parse_nested_meta(|inner| {
        let value: LitStr = inner.value()?.parse()?;
        if inner.path.is_ident("deserialize") {
            name = Some(value);
        }
        Ok(())
    })?;
    Ok(name)
}

fn fallback(meta: &ParseNestedMeta<'_>) -> syn::Result<Fallback> {
    if !meta.input.peek(Token![=]) {
        return Ok(Fallback::Trait);
    }
    let path: LitStr = meta.value()?.parse()?;
    path.parse().map(Fallback::Path)
}

fn case(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Case>> {
    let Some(name) = name_for_input(meta)? else { return Ok(None) };
    Case::parse(&name.value()).map(Some).ok_or_else(|| meta.error("serde knows no such case"))
}

fn unfollowed(meta: &ParseNestedMeta<'_>, name: &str, remedy: &str) -> syn::Error {
    meta.error(format!("`#[serde({name})]` changes the wire form in a way that the schema cannot see; {remedy}"))
}

impl Container {
    pub(super) fn parse(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut container = Self::default();
        each(attrs, |name, meta| {
            match name {
                "rename_all" => container.case = case(&meta)?.unwrap_or_default(),
                "rename_all_fields" => container.field_case = case(&meta)?.unwrap_or_default(),
                "tag" => container.tag = Some(meta.value()?.parse()?),
                "content" => container.content = Some(meta.value()?.parse()?),
                "untagged" => container.untagged = true,
                "default" => container.default = Some(fallback(&meta)?),
                "deny_unknown_fields" => container.deny_unknown_fields = true,
                "transparent" => container.transparent = true,
                "variant_identifier" | "field_identifier" | "from" | "try_from" | "into" | "remote" => {
                    return Err(unfollowed(&meta, name, "implement `Schema` by hand for this type"));
                }
                _ => skip(&meta)?,
            }
            Ok(())
        })?;
        Ok(container)
    }
}

impl Item {
    pub(super) fn parse(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut item = Self::default();
        each(attrs, |name, meta| {
            match name {
                "rename_all" => item.case = case(&meta)?,
                "rename" => item.rename = name_for_input(&meta)?.map(|name| name.value()).or(item.rename.take()),
                "alias" => item.aliases.push(meta.value()?.parse::<LitStr>()?.value()),
                "default" => item.default = Some(fallback(&meta)?),
                "skip" => (item.skip_deserializing, item.skip_serializing) = (true, true),
                "skip_deserializing" => item.skip_deserializing = true,
                "skip_serializing" => item.skip_serializing = true,
                "flatten" => {
                    return Err(meta.error(
                        "`#[serde(flatten)]` comes later: write the fields here, or nest the struct under a name",
                    ));
                }
                "with" | "deserialize_with" | "serialize_with" => {
                    return Err(unfollowed(&meta, name, "use a newtype with its own `Schema`"));
                }
                "other" | "untagged" => return Err(unfollowed(&meta, name, "list the variants")),
                _ => skip(&meta)?,
            }
            Ok(())
        })?;
        Ok(item)
    }
}
