//! `Content-Disposition` with a file name (RFC 6266, RFC 8187).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 8187's `attr-char`
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The value of `Content-Disposition` for a file name of any characters
///
/// What is no plain ASCII is sent twice: as `filename*` for every browser of today, and with `_` in its place as
/// `filename` for the others.
///
/// ```
/// use fastrail::response::content_disposition;
///
/// assert_eq!(content_disposition("attachment", "a b.txt"), "attachment; filename=\"a b.txt\"");
/// assert_eq!(
///     content_disposition("inline", "zürich.pdf"),
///     "inline; filename=\"z_rich.pdf\"; filename*=UTF-8''z%C3%BCrich.pdf"
/// );
/// ```
pub fn content_disposition(kind: &str, file_name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ';
    if file_name.chars().all(is_plain) {
        return format!("{kind}; filename=\"{file_name}\"");
    }
    let fallback: String = file_name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("{kind}; filename=\"{fallback}\"; filename*=UTF-8''{}", utf8_percent_encode(file_name, ENCODED))
}

#[cfg(test)]
mod tests {
    use super::content_disposition;

    #[test]
    fn no_name_can_add_a_header_or_a_parameter() {
        for name in ["a\"; filename=\"b", "a\r\nSet-Cookie: x=1", "a\\\"b", "\u{0}", "100%"] {
            let value = content_disposition("attachment", name);
            assert_eq!(value.matches("; filename=\"").count(), 1, "{value}");
            assert!(value.chars().all(|c| c.is_ascii() && !c.is_ascii_control()), "{value}");
            assert_eq!(value.matches('"').count(), 2, "{value}");
        }
    }
}
