//! How a list or a struct is written into the query (OpenAPI 3.1 §4.8.12.3).

use std::borrow::Cow;

use super::{NotUtf8, TextPairs, urlencoded};
use crate::schema::{Class, Schema};

/// The style of a query parameter; `style = "…"` and `explode = false` of `#[query]` choose it
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// A name for each item: `ids=1&ids=2`; for a struct, a parameter for each field
    #[default]
    Form,
    /// All items in one value: `ids=1,2` (`form`, not exploded). A comma inside an item is sent as `%2C`.
    Comma,
    /// All items in one value: `ids=1%202` or `ids=1+2` (`spaceDelimited`)
    Space,
    /// All items in one value: `ids=1|2` or `ids=1%7C2` (`pipeDelimited`)
    Pipe,
    /// The fields of a struct in brackets: `filter[min]=3` (`deepObject`)
    DeepObject,
}

impl Style {
    /// OpenAPI's `style` and `explode`; `None` where they are the defaults of a query parameter
    pub(crate) const fn in_openapi(self) -> Option<(&'static str, bool)> {
        match self {
            Self::Form => None,
            Self::Comma => Some(("form", false)),
            Self::Space => Some(("spaceDelimited", false)),
            Self::Pipe => Some(("pipeDelimited", false)),
            Self::DeepObject => Some(("deepObject", true)),
        }
    }

    /// What divides the items of a list, as it stands in the query before escapes are undone
    ///
    /// A comma is data when it is escaped (RFC 6570 §3.2.1); a blank and a `|` can be sent in no other way.
    const fn delimiters(self) -> &'static [&'static str] {
        match self {
            Self::Form | Self::DeepObject => &[],
            Self::Comma => &[","],
            Self::Space => &["+", "%20"],
            Self::Pipe => &["|", "%7C", "%7c"],
        }
    }
}

/// Asks, where generated code is compiled, whether each item of a parameter's list is one piece of text
///
/// A type without a schema is told at its argument, so here it passes.
#[derive(Debug)]
pub struct TextItems<T>(std::marker::PhantomData<T>);

impl<T: Schema> TextItems<T> {
    /// The answer
    pub const FIT: bool = !matches!(T::ITEMS, Some(Class::Model | Class::Union | Class::List | Class::Map));
}

/// The answer for every other type
pub trait NoItems {
    /// Always yes
    const FIT: bool = true;
}

impl<T> NoItems for TextItems<T> {}

/// The items of a list that stand in the values of `name`, as pairs; `None` where the name was not sent
///
/// An empty value is an empty list. One item more than `limit` is read at most.
pub(super) fn items<'q>(
    query: &'q str,
    name: &'static str,
    style: Style,
    limit: usize,
) -> Option<Result<TextPairs<'q>, NotUtf8>> {
    let mut values = urlencoded::raw_values(query, name).peekable();
    values.peek()?;
    let mut items = Vec::new();
    for value in values.filter(|value| !value.is_empty()) {
        let mut rest = Some(value);
        while let Some(text) = rest
            && items.len() <= limit
        {
            let cut = style.delimiters().iter().filter_map(|by| text.find(by).map(|at| (at, by.len()))).min();
            let item = match cut {
                Some((at, len)) => {
                    rest = Some(&text[at + len..]);
                    &text[..at]
                }
                None => {
                    rest = None;
                    text
                }
            };
            match urlencoded::decode(item) {
                Ok(item) => items.push((Cow::Borrowed(name), item)),
                Err(NotUtf8) => return Some(Err(NotUtf8)),
            }
        }
    }
    Some(Ok(items))
}

/// The pairs whose keys are `name[field]`, under `field`
pub(super) fn fields<'q>(pairs: TextPairs<'q>, name: &str) -> TextPairs<'q> {
    let inside = |key: &str| -> Option<(usize, usize)> {
        let field = key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
        Some((name.len() + 1, field.len()))
    };
    pairs
        .into_iter()
        .filter_map(|(key, value)| {
            let (start, len) = inside(&key)?;
            let field = match key {
                Cow::Borrowed(key) => Cow::Borrowed(&key[start..start + len]),
                Cow::Owned(key) => Cow::Owned(key[start..start + len].to_owned()),
            };
            Some((field, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, style: Style) -> Option<Vec<String>> {
        let items = items(query, "ids", style, 100)?.expect("text");
        Some(items.into_iter().map(|(_, item)| item.into_owned()).collect())
    }

    #[test]
    fn an_escaped_comma_is_data_and_an_empty_value_no_item() {
        assert_eq!(read("ids=1,2&x=3&ids=4", Style::Comma).unwrap(), ["1", "2", "4"]);
        assert_eq!(read("ids=a%2Cb,c+d", Style::Comma).unwrap(), ["a,b", "c d"]);
        assert_eq!(read("ids=", Style::Comma).unwrap(), [""; 0]);
        assert_eq!(read("ids=,", Style::Comma).unwrap(), ["", ""]);
        assert_eq!(read("idss=1", Style::Comma), None);
        assert_eq!(read("ids=1+2%203", Style::Space).unwrap(), ["1", "2", "3"]);
        assert_eq!(read("ids=1|2%7C3%7c4", Style::Pipe).unwrap(), ["1", "2", "3", "4"]);
    }

    #[test]
    fn no_more_is_read_than_the_limit_and_one() {
        let query = format!("ids={}", "1,".repeat(1000));
        assert_eq!(items(&query, "ids", Style::Comma, 3).unwrap().unwrap().len(), 4);
    }

    #[test]
    fn fields_stand_in_brackets() {
        let pairs = urlencoded::pairs("f[a]=1&f%5Bb%5D=2&f=3&f[c=4&g[a]=5&f[]=6&f[a][b]=7", 100).expect("text");
        let fields = fields(pairs, "f");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(fields, [("a", "1"), ("b", "2"), ("", "6"), ("a][b", "7")]);
    }
}
