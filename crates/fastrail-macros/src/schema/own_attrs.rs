//! `#[schema(…)]`: the rules of a field, and what the document says about it.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, ExprArray, Lit, LitBool, LitStr, Meta, Path, Token};

use crate::rules::{RULES, RuleSet};
use crate::suggest::unknown_key;

/// What the document says about a type or a field
#[derive(Default)]
pub(super) struct Document {
    pub(super) title: Option<LitStr>,
    pub(super) description: Option<String>,
    pub(super) examples: Vec<Expr>,
    pub(super) deprecated: bool,
}

const DOCUMENT_KEYS: [&str; 5] = ["title", "description", "example", "examples", "deprecated"];

impl Document {
    fn try_parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "title" => self.title = Some(meta.value()?.parse()?),
            "description" => self.description = Some(meta.value()?.parse::<LitStr>()?.value()),
            "example" => self.examples.push(meta.value()?.parse()?),
            "examples" => self.examples.extend(meta.value()?.parse::<ExprArray>()?.elems),
            "deprecated" if meta.input.peek(Token![=]) => {
                self.deprecated = meta.value()?.parse::<LitBool>()?.value;
            }
            "deprecated" => self.deprecated = true,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes the doc comment where nothing else was said
    fn complete(&mut self, attrs: &[Attribute]) {
        self.description = self.description.take().or_else(|| doc_comment(attrs));
        self.deprecated |= attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    }
}

/// `#[schema(…)]` of a struct or an enum
#[derive(Default)]
pub(super) struct Container {
    pub(super) document: Document,
    pub(super) name: Option<LitStr>,
    pub(super) min_properties: Option<usize>,
    pub(super) krate: Option<Path>,
    /// The checks of the whole value
    pub(super) validators: Vec<Path>,
    pub(super) async_validators: Vec<Path>,
}

/// `#[schema(…)]` of a field or a variant
#[derive(Default)]
pub(super) struct Field {
    pub(super) document: Document,
    pub(super) rules: RuleSet,
    pub(super) format: Option<LitStr>,
    pub(super) validators: Vec<Path>,
    pub(super) async_validators: Vec<Path>,
}

fn each(attrs: &[Attribute], mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>) -> syn::Result<()> {
    attrs.iter().filter(|attr| attr.path().is_ident("schema")).try_for_each(|attr| attr.parse_nested_meta(&mut read))
}

fn unknown(meta: &ParseNestedMeta<'_>, known: &[&str]) -> syn::Error {
    let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    meta.error(unknown_key(&name, known))
}

impl Container {
    pub(super) fn parse(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut container = Self::default();
        each(attrs, |meta| {
            if container.document.try_parse(&meta)? {
                return Ok(());
            }
            if meta.path.is_ident("rename") {
                container.name = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("min_properties") {
                container.min_properties = Some(meta.value()?.parse::<syn::LitInt>()?.base10_parse()?);
            } else if meta.path.is_ident("validate") {
                container.validators.push(validator(&meta)?);
            } else if meta.path.is_ident("validate_async") {
                container.async_validators.push(async_validator(&meta)?);
            } else if meta.path.is_ident("crate") {
                container.krate = Some(meta.value()?.parse::<LitStr>()?.parse()?);
            } else {
                let known: Vec<&str> = ["rename", "min_properties", "validate", "validate_async", "crate"]
                    .into_iter()
                    .chain(DOCUMENT_KEYS)
                    .collect();
                return Err(unknown(&meta, &known));
            }
            Ok(())
        })?;
        container.document.complete(attrs);
        Ok(container)
    }
}

impl Field {
    pub(super) fn parse(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut field = Self::default();
        each(attrs, |meta| {
            if field.document.try_parse(&meta)? || field.rules.try_parse(&meta)? {
                return Ok(());
            }
            if meta.path.is_ident("format") {
                field.format = Some(meta.value()?.parse()?);
                return Ok(());
            }
            if meta.path.is_ident("validate") {
                field.validators.push(validator(&meta)?);
                return Ok(());
            }
            if meta.path.is_ident("validate_async") {
                field.async_validators.push(async_validator(&meta)?);
                return Ok(());
            }
            let known: Vec<&str> =
                RULES.into_iter().chain(DOCUMENT_KEYS).chain(["format", "validate", "validate_async"]).collect();
            Err(unknown(&meta, &known))
        })?;
        field.document.complete(attrs);
        Ok(field)
    }
}

/// `validate = path::to::a_fn`
fn validator(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    let span = value.span();
    value.parse().map_err(|_| {
        syn::Error::new(
            span,
            "`validate` wants the path of a fn, such as `validate = is_even`, that returns a `Result`",
        )
    })
}

/// `validate_async = path::to::an_async_fn`
fn async_validator(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    let span = value.span();
    let message =
        "`validate_async` wants the path of a fn with `#[validator]`, such as `validate_async = name_is_free`";
    value.parse().map_err(|_| syn::Error::new(span, message))
}

/// The lines of a doc comment, each without the blank that follows `///`
fn doc_comment(attrs: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attrs
        .iter()
        .filter_map(|attr| match &attr.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}
