//! `min_length`, `max_length`, `pattern` and `no_control`: rules on strings. NUL is refused in every string. Lengths count Unicode scalar values, as Python does.

use super::Rules;
use crate::schema::{Issue, JsonSchema};
use crate::words::zeros;

/// Unicode's category Cc, as ECMA-262 and Rust write it alike
const NO_CONTROL: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

impl Rules {
    /// Whether a text keeps the string rules
    #[inline]
    pub(crate) fn allow_text(&self, text: &str) -> bool {
        // A character has one to four bytes: often the length in bytes tells enough.
        !has_nul(text)
            && (!self.no_control || !text.contains(char::is_control))
            && self.max_length.is_none_or(|max| text.len() <= max || text.chars().count() <= max)
            && self.min_length.is_none_or(|min| text.len().div_ceil(4) >= min || text.chars().count() >= min)
            && self.pattern.is_none_or(|pattern| pattern.is_match(text))
    }

    /// The first string rule that a text breaks
    pub(crate) fn text_issue(&self, text: &str) -> Option<Issue> {
        if text.contains('\0') {
            return Some(Issue::new("string_nul", "String should not contain NUL characters"));
        }
        if self.no_control && text.contains(char::is_control) {
            return Some(Issue::new("string_control_character", "String should not contain control characters"));
        }
        let length = text.chars().count();
        if let Some(max) = self.max_length.filter(|max| length > *max) {
            let message = format!("String should have at most {max} character{}", plural(max));
            return Some(Issue::new("string_too_long", message).with("max_length", max));
        }
        if let Some(min) = self.min_length.filter(|min| length < *min) {
            let message = format!("String should have at least {min} character{}", plural(min));
            return Some(Issue::new("string_too_short", message).with("min_length", min));
        }
        if let Some(pattern) = self.pattern.filter(|pattern| !pattern.is_match(text)) {
            let message = format!("String should match pattern '{}'", pattern.as_str());
            return Some(Issue::new("string_pattern_mismatch", message).with("pattern", pattern.as_str()));
        }
        None
    }

    /// `minLength`, `maxLength`, `pattern`
    pub(crate) fn text_keywords(&self, schema: JsonSchema) -> JsonSchema {
        let schema = self.sanitize.keywords(schema);
        let schema = if self.no_control { schema.and_pattern(NO_CONTROL) } else { schema };
        schema
            .with_some("minLength", self.min_length)
            .with_some("maxLength", self.max_length)
            .with_some("pattern", self.pattern.map(super::Pattern::as_str))
    }
}

/// Whether a NUL is in a text, eight bytes at a time: most texts are too short for a search that prepares itself
#[inline]
fn has_nul(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    words.iter().any(|word| zeros(u64::from_le_bytes(*word)) != 0) || rest.contains(&0)
}

/// The `s` of "2 items"
pub(crate) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::has_nul;

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        for place in 0..20 {
            let mut text = "\u{1}\u{80}ä\u{7f}0123456789abc".to_owned();
            assert!(!has_nul(&text));
            let place = (0..=place).rev().find(|place| text.is_char_boundary(*place)).unwrap();
            text.insert(place, '\0');
            assert!(has_nul(&text), "{place}");
        }
    }
}
