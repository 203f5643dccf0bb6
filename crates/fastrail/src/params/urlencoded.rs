//! `application/x-www-form-urlencoded` text, as in query strings and forms (WHATWG URL §5.1), but strict about UTF-8.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{NotUtf8, Raw, TextPairs};

/// The last value under `name`, without allocating unless it is escaped
///
/// Where the name of any pair is no UTF-8, nobody can tell whether it is this one, so it is refused as a value would be.
pub(crate) fn last<'a>(text: &'a str, name: &str) -> Raw<'a> {
    if text.bytes().any(|byte| byte == b'%') && text.split('&').any(|pair| is_no_text(split(pair).0)) {
        return Raw::NotUtf8;
    }
    // By hand: the pairs are short, and the standard library's searches prepare for long texts.
    let mut end = text.len();
    loop {
        let start = text.as_bytes()[..end].iter().rposition(|byte| *byte == b'&').map_or(0, |at| at + 1);
        let (key, value) = split(&text[start..end]);
        if is(key, name) {
            return decode(value).map_or(Raw::NotUtf8, Raw::Text);
        }
        match start.checked_sub(1) {
            Some(before) => end = before,
            None => return Raw::Absent,
        }
    }
}

/// The values under `name` in order, their escapes not undone
pub(super) fn raw_values<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    text.split('&').map(split).filter(move |(key, _)| is(key, name)).map(|(_, value)| value)
}

/// All pairs in order; one more than `limit` at most
pub(crate) fn pairs(text: &str, limit: usize) -> Result<TextPairs<'_>, NotUtf8> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .take(limit.saturating_add(1))
        .map(|pair| {
            let (key, value) = split(pair);
            Ok((decode(key)?, decode(value)?))
        })
        .collect()
}

fn is(key: &str, name: &str) -> bool {
    key == name || (is_escaped(key) && decode(key).is_ok_and(|key| key == name))
}

fn is_no_text(key: &str) -> bool {
    key.contains('%') && percent_decode_str(key).decode_utf8().is_err()
}

fn split(pair: &str) -> (&str, &str) {
    match pair.bytes().position(|byte| byte == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, ""),
    }
}

fn is_escaped(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'%' | b'+'))
}

pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, NotUtf8> {
    if !is_escaped(text) {
        return Ok(Cow::Borrowed(text));
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|text| Cow::Owned(text.into_owned())).map_err(|_| NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_escapes_are_undone() {
        assert_eq!(last("a=1&b=2&a=3", "a"), Raw::Text("3".into()));
        assert_eq!(last("q=a%20b+c", "q"), Raw::Text("a b c".into()));
        assert_eq!(last("a%5B%5D=1", "a[]"), Raw::Text("1".into()));
        assert_eq!(last("flag", "flag"), Raw::Text("".into()));
        assert_eq!(last("a=1", "b"), Raw::Absent);
        assert_eq!(last("q=%ff", "q"), Raw::NotUtf8);
        assert_eq!(last("b=%ff&q=1", "q"), Raw::Text("1".into()), "nobody asks for b");
        for text in ["%ff=1&q=1", "q=1&%ff=1", "%ff", "q=1&a%C3=2"] {
            assert_eq!(last(text, "q"), Raw::NotUtf8, "{text}");
        }
    }

    #[test]
    fn pairs_keep_their_order_and_refuse_what_is_no_text() {
        assert_eq!(pairs("a=1&&b=%C3%A4", 9), Ok(vec![("a".into(), "1".into()), ("b".into(), "ä".into())]));
        assert_eq!(pairs("a=%ff", 9), Err(NotUtf8));
    }
}
