//! What a method attribute says: the path, and its keys.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, LitInt, LitStr, Meta, Path, Token, parenthesized};

use super::additions::AdditionKeys;
use super::template::template;
use crate::provider::{Designation, Designations};
use crate::suggest::unknown_key;

/// The method attributes
const METHODS: [&str; 9] = ["get", "post", "put", "patch", "delete", "head", "options", "trace", "websocket"];

const KEYS: [&str; 17] = [
    "cache",
    "callbacks",
    "depends",
    "deprecated",
    "description",
    "errors",
    "external_docs",
    "extra",
    "hidden",
    "max_body_bytes",
    "operation_id",
    "response_description",
    "responses",
    "status",
    "summary",
    "tags",
    "timeout",
];

/// What one method attribute says
pub(super) struct RouteAttribute {
    pub(super) method: Ident,
    pub(super) path: LitStr,
    /// As our table writes it
    pub(super) template: String,
    pub(super) names: Vec<String>,
    pub(super) status: Option<LitInt>,
    pub(super) tags: Vec<LitStr>,
    pub(super) summary: Option<LitStr>,
    pub(super) description: Option<LitStr>,
    pub(super) operation_id: Option<LitStr>,
    pub(super) deprecated: bool,
    pub(super) hidden: bool,
    pub(super) websocket: bool,
    pub(super) max_body_bytes: Option<syn::Expr>,
    pub(super) timeout: Option<LitStr>,
    pub(super) cache: Option<CacheKey>,
    pub(super) dependencies: Vec<Designation>,
    /// The shape of its errors
    pub(super) errors: Option<Expr>,
    pub(super) additions: AdditionKeys,
}

/// `cache("5m", tags("prices"))`
pub(super) struct CacheKey {
    pub(super) max_age: LitStr,
    pub(super) tags: Vec<LitStr>,
}

impl CacheKey {
    fn parse(key: &Path, input: ParseStream<'_>) -> syn::Result<Self> {
        const SHAPE: &str = "say for how long: `cache(\"5m\")`, `cache(\"5m\", tags(\"prices\"))`";
        if !input.peek(syn::token::Paren) {
            return Err(syn::Error::new_spanned(key, SHAPE));
        }
        let inside;
        parenthesized!(inside in input);
        let max_age = inside.parse().map_err(|error| syn::Error::new(error.span(), SHAPE))?;
        let mut tags = Vec::new();
        while !inside.is_empty() {
            inside.parse::<Token![,]>()?;
            if inside.is_empty() {
                break;
            }
            let key: Ident = inside.parse()?;
            if key != "tags" {
                return Err(syn::Error::new(key.span(), SHAPE));
            }
            let list;
            parenthesized!(list in inside);
            tags.extend(Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?);
        }
        Ok(Self { max_age, tags })
    }
}

/// The method of a further method attribute on the same fn
pub(crate) fn method_of(attribute: &Attribute) -> Option<String> {
    let name = attribute.path().segments.last()?.ident.to_string();
    METHODS.contains(&name.as_str()).then_some(name)
}

pub(super) fn tokens_of(attribute: &Attribute) -> syn::Result<TokenStream> {
    match &attribute.meta {
        Meta::List(list) => Ok(list.tokens.clone()),
        other => Err(syn::Error::new_spanned(other, "name the path: `#[get(\"/items\")]`")),
    }
}

pub(super) fn route_attribute(method: &str, tokens: TokenStream) -> syn::Result<RouteAttribute> {
    if tokens.is_empty() {
        return Err(syn::Error::new(Span::call_site(), format!("name the path: `#[{method}(\"/items\")]`")));
    }
    let mut route = RouteAttribute::parse.parse2(tokens)?;
    route.websocket = method == "websocket";
    // A WebSocket begins as a GET, and OpenAPI has no words for it.
    route.hidden |= route.websocket;
    let method = if route.websocket { "get" } else { method };
    route.method = Ident::new(&method.to_ascii_uppercase(), Span::call_site());
    Ok(route)
}

impl Parse for RouteAttribute {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path: LitStr = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), "the path comes first: `#[get(\"/items/{item_id}\")]`"))?;
        let (template, names) = template(&path)?;
        let mut route = Self {
            method: Ident::new("GET", Span::call_site()),
            path,
            template,
            names,
            status: None,
            tags: Vec::new(),
            summary: None,
            description: None,
            operation_id: None,
            deprecated: false,
            hidden: false,
            websocket: false,
            max_body_bytes: None,
            timeout: None,
            cache: None,
            dependencies: Vec::new(),
            errors: None,
            additions: AdditionKeys::default(),
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            route.key(input)?;
        }
        Ok(route)
    }
}

impl RouteAttribute {
    /// The template without the names of its placeholders
    pub(super) fn shape(&self) -> String {
        self.names.iter().fold(self.template.clone(), |shape, name| shape.replace(&format!("{name}}}"), "}"))
    }

    fn key(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let path: Path = input.parse()?;
        let key = path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "status" => self.status = Some(assigned(input)?),
            "summary" => self.summary = Some(assigned(input)?),
            "description" => self.description = Some(assigned(input)?),
            "operation_id" => self.operation_id = Some(assigned(input)?),
            "errors" => self.errors = Some(assigned(input)?),
            key if self.additions.read(key, input)? => {}
            "deprecated" => self.deprecated = true,
            "hidden" => self.hidden = true,
            "max_body_bytes" => self.max_body_bytes = Some(assigned(input)?),
            "timeout" => self.timeout = Some(assigned(input)?),
            "cache" => self.cache = Some(CacheKey::parse(&path, input)?),
            "tags" => {
                let tags;
                parenthesized!(tags in input);
                self.tags = Punctuated::<LitStr, Token![,]>::parse_terminated(&tags)?.into_iter().collect();
            }
            "depends" => {
                let list;
                parenthesized!(list in input);
                self.dependencies.extend(list.parse::<Designations>()?.into_inner());
            }
            _ if input.peek(syn::token::Paren) => {
                let values;
                parenthesized!(values in input);
                self.dependencies.push(Designation::call(path, &values)?);
            }
            other => return Err(syn::Error::new_spanned(&path, unknown_key(other, &KEYS))),
        }
        Ok(())
    }
}

pub(super) fn assigned<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}
