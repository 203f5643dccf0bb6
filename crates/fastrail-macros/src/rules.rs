//! The rules that fields and arguments declare: `ge = 1, max_length = 50, pattern = "^[a-z]+$", trim`.
//!
//! Parsed once for `#[schema(…)]` and for the attributes of arguments, and lowered to a `static` of `fastrail`'s `Rules`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Expr, Lit, LitInt, LitStr, Token, Type};

/// The names of all rules
pub(crate) const RULES: [&str; 18] = [
    "gt",
    "ge",
    "lt",
    "le",
    "multiple_of",
    "max_digits",
    "decimal_places",
    "min_length",
    "max_length",
    "pattern",
    "no_control",
    "trim",
    "lowercase",
    "nfc",
    "strip_html",
    "min_items",
    "max_items",
    "unique_items",
];

/// Those that say all with their name
const FLAGS: [&str; 6] = ["no_control", "trim", "lowercase", "nfc", "strip_html", "unique_items"];

/// Those that change a text before the others are tested
const SANITIZERS: [&str; 4] = ["trim", "lowercase", "nfc", "strip_html"];

/// The rules of one field or argument
#[derive(Default)]
pub(crate) struct RuleSet {
    rules: Vec<Rule>,
}

struct Rule {
    name: String,
    span: Span,
    bound: Bound,
}

enum Bound {
    Number {
        text: String,
        integer: Option<i128>,
        float: f64,
    },
    /// A number that the compiler knows: `MAX`, `10 * KIB`
    ConstNumber(Expr),
    Count(usize),
    ConstCount(Expr),
    Pattern(LitStr),
    Flag,
}

impl RuleSet {
    /// Reads the rule at `meta`; `false` where it is no rule
    pub(crate) fn try_parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let Some(name) = meta.path.get_ident().map(ToString::to_string).filter(|n| RULES.contains(&n.as_str())) else {
            return Ok(false);
        };
        if self.rules.iter().any(|rule| rule.name == name) {
            return Err(meta.error(format!("`{name}` is declared twice")));
        }
        let bound = match name.as_str() {
            flag if FLAGS.contains(&flag) => parse_flag(flag, meta)?,
            "pattern" => parse_pattern(meta.value()?.parse()?)?,
            "min_length" | "max_length" | "min_items" | "max_items" | "max_digits" | "decimal_places" => {
                parse_count(&name, meta.value()?)?
            }
            _ => parse_number(&name, meta.value()?)?,
        };
        let span = meta.path.get_ident().map_or_else(Span::call_site, syn::Ident::span);
        self.rules.push(Rule { name, span, bound });
        self.refuse_contradictions()?;
        Ok(true)
    }

    /// Whether nothing is declared
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// An expression of type `&'static Rules`
    pub(crate) fn to_tokens_static(&self, krate: &TokenStream) -> TokenStream {
        if self.is_empty() {
            return quote!(&#krate::schema::Rules::NONE);
        }
        let mut pattern = TokenStream::new();
        let (mut fields, mut steps) = (Vec::new(), Vec::new());
        for rule in &self.rules {
            let name = syn::Ident::new(&rule.name, Span::call_site());
            if SANITIZERS.contains(&rule.name.as_str()) {
                steps.push(quote!(#name: true));
                continue;
            }
            let value = match &rule.bound {
                Bound::Flag => {
                    fields.push(quote!(#name: true));
                    continue;
                }
                Bound::Count(count) => quote!(#count),
                Bound::ConstCount(count) => quote!(#count),
                Bound::ConstNumber(number) => {
                    quote_spanned!(rule.span=> #krate::schema::Number::of((#number) as i128, (#number) as f64))
                }
                Bound::Pattern(text) => {
                    pattern = quote!(static PATTERN: #krate::schema::Pattern = #krate::schema::Pattern::new(#text););
                    quote!(&PATTERN)
                }
                Bound::Number { text, integer, float } => {
                    let integer = match integer {
                        Some(n) => quote!(::core::option::Option::Some(#n)),
                        None => quote!(::core::option::Option::None),
                    };
                    quote!(#krate::schema::Number { text: #text, integer: #integer, float: #float })
                }
            };
            fields.push(quote!(#name: ::core::option::Option::Some(#value)));
        }
        if !steps.is_empty() {
            let sanitize = quote!(#krate::schema::Sanitize);
            fields.push(quote!(sanitize: #sanitize { #(#steps,)* ..#sanitize::NONE }));
        }
        let rules = quote!(#krate::schema::Rules { #(#fields,)* ..#krate::schema::Rules::NONE });
        let constant =
            self.rules.iter().find(|rule| matches!(rule.bound, Bound::ConstNumber(_) | Bound::ConstCount(_)));
        let (allow, rules) = match constant {
            None => (TokenStream::new(), rules),
            Some(rule) => (quote!(#[allow(clippy::unnecessary_cast, trivial_numeric_casts)]), {
                // All tokens of the call stand at the rule, and so does the error.
                let call = quote_spanned!(rule.span=> __Rules::consistent(#rules));
                quote!({ use #krate::schema::Rules as __Rules; #call })
            }),
        };
        quote!({
            #pattern
            #allow
            static RULES: #krate::schema::Rules = #rules;
            &RULES
        })
    }

    /// An `assert!` for each rule, at the rule: that it means something on `ty`. `subject` is such as "the field `name`".
    ///
    /// Wrap them in `const _: () = { … };` where the type is known, in `const { … }` where it is generic.
    pub(crate) fn assertions(&self, krate: &TokenStream, ty: &Type, subject: &str) -> TokenStream {
        self.assertions_on(krate, &quote!(<#ty as #krate::schema::Schema>::ACCEPTS), subject)
    }

    /// The same with any expression of type `Accepts`
    pub(crate) fn assertions_on(&self, krate: &TokenStream, accepts: &TokenStream, subject: &str) -> TokenStream {
        self.rules
            .iter()
            .map(|rule| {
                let (family, needs) = match rule.name.as_str() {
                    "min_length" | "max_length" | "pattern" => ("TEXT", "texts"),
                    "lowercase" => ("LOWERCASE", "texts and e-mail addresses"),
                    "no_control" | "trim" | "nfc" | "strip_html" => ("SANITIZE", "texts"),
                    "min_items" | "max_items" => ("ITEMS", "lists, sets and maps"),
                    "unique_items" => ("UNIQUE", "lists; the items of a set are unique already"),
                    "max_digits" | "decimal_places" => ("DIGITS", "decimals"),
                    _ => ("NUMBER", "numbers"),
                };
                let family = syn::Ident::new(family, Span::call_site());
                let message = format!("`{}` cannot constrain {subject}: it is for {needs}", rule.name);
                quote_spanned! {rule.span=>
                    ::core::assert!(
                        #accepts.contains(#krate::schema::Accepts::#family),
                        #message
                    );
                }
            })
            .collect()
    }

    fn float(&self, name: &str) -> Option<f64> {
        self.rules.iter().find(|rule| rule.name == name).and_then(|rule| match rule.bound {
            Bound::Number { float, .. } => Some(float),
            Bound::Count(count) => Some(count as f64),
            // What the compiler knows, the compiler compares.
            Bound::ConstNumber(_) | Bound::ConstCount(_) | Bound::Pattern(_) | Bound::Flag => None,
        })
    }

    /// Two rules that no value can keep are a slip of the pen
    fn refuse_contradictions(&self) -> syn::Result<()> {
        let pairs = [
            ("ge", "le", false),
            ("gt", "le", true),
            ("ge", "lt", true),
            ("gt", "lt", true),
            ("min_length", "max_length", false),
            ("min_items", "max_items", false),
            ("decimal_places", "max_digits", false),
        ];
        for (low, high, strict) in pairs {
            let (Some(min), Some(max)) = (self.float(low), self.float(high)) else { continue };
            if min > max || (strict && min == max) {
                let span = self.rules.last().map_or_else(Span::call_site, |rule| rule.span);
                let message = match low {
                    "decimal_places" => format!("`{low}` are among the digits of `{high}`, so they cannot be more"),
                    _ => format!("no value can keep both `{low}` and `{high}`"),
                };
                return Err(syn::Error::new(span, message));
            }
        }
        Ok(())
    }
}

/// `trim`, not `trim = true`: what is not wanted is not written
fn parse_flag(name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<Bound> {
    if meta.input.peek(Token![=]) || meta.input.peek(syn::token::Paren) {
        return Err(meta.error(format!("`{name}` takes no value: write `{name}` alone, or leave it out")));
    }
    Ok(Bound::Flag)
}

fn parse_pattern(literal: LitStr) -> syn::Result<Bound> {
    match regex_syntax::parse(&literal.value()) {
        Ok(_) => Ok(Bound::Pattern(literal)),
        Err(error) => Err(syn::Error::new(literal.span(), format!("this is no regular expression: {error}"))),
    }
}

fn parse_count(name: &str, value: ParseStream<'_>) -> syn::Result<Bound> {
    let error = |span| {
        syn::Error::new(
            span,
            format!("`{name}` wants a whole number, such as `{name} = 3` or a constant of type `usize`"),
        )
    };
    let span = value.span();
    match constant(value) {
        Some(constant) => Ok(Bound::ConstCount(constant)),
        None => {
            let literal: LitInt = value.parse().map_err(|_| error(span))?;
            literal.base10_parse().map(Bound::Count).map_err(|_| error(span))
        }
    }
}

/// An expression that is more than a literal
fn constant(value: ParseStream<'_>) -> Option<Expr> {
    let fork = value.fork();
    let expression: Expr = fork.parse().ok()?;
    let mut inner = &expression;
    while let Expr::Unary(unary) = inner {
        inner = &unary.expr;
    }
    if matches!(inner, Expr::Lit(_)) {
        return None;
    }
    value.advance_to(&fork);
    Some(expression)
}

fn parse_number(name: &str, value: ParseStream<'_>) -> syn::Result<Bound> {
    let error = |span| {
        let message = format!("`{name}` wants a number, such as `{name} = 1`, `{name} = 0.5` or a constant");
        syn::Error::new(span, message)
    };
    if let Some(constant) = constant(value) {
        return Ok(Bound::ConstNumber(constant));
    }
    let span = value.span();
    let sign = if value.parse::<Option<Token![-]>>()?.is_some() { "-" } else { "" };
    let literal: Lit = value.parse().map_err(|_| error(span))?;
    let (text, integer) = match &literal {
        Lit::Int(literal) => {
            let text = format!("{sign}{}", literal.base10_digits());
            let integer = text.parse::<i128>().map_err(|_| error(literal.span()))?;
            (text, Some(integer))
        }
        Lit::Float(literal) => (format!("{sign}{}", literal.base10_digits()), None),
        other => return Err(error(other.span())),
    };
    let float: f64 = text.parse().map_err(|_| error(span))?;
    if name == "multiple_of" && float <= 0.0 {
        return Err(syn::Error::new(span, "`multiple_of` wants a number above 0"));
    }
    let whole = float.fract() == 0.0 && float.abs() < 9e15;
    let (text, integer) = if integer.is_none() && whole {
        (format!("{float}"), Some(float as i128)) // `10.0` is told as 10
    } else {
        (text, integer)
    };
    Ok(Bound::Number { text, integer, float })
}
