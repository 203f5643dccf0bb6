//! `trim`, `lowercase`, `nfc` and `strip_html`: what is done to a text before its rules are tested.
//!
//! The operation gets the sanitized text, and the other rules hold for it. The document therefore describes the
//! sanitized text and lists the steps as `x-sanitize`. They run in one order, whatever the order of the words:
//! letters are lowered, characters are composed (either may make the letter of a tag), HTML is stripped, the ends are
//! trimmed.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde_json::{Value, json};

use crate::schema::JsonSchema;

/// The steps that a field declares
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sanitize {
    /// Whitespace at both ends is removed
    pub trim: bool,
    /// Letters become lower-case, as Unicode says
    pub lowercase: bool,
    /// Characters are composed: Unicode's normalization form C
    pub nfc: bool,
    /// HTML tags and comments are removed
    pub strip_html: bool,
}

impl Sanitize {
    /// The text stays as it is
    pub const NONE: Self = Self { trim: false, lowercase: false, nfc: false, strip_html: false };

    /// The steps of both
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            trim: self.trim || other.trim,
            lowercase: self.lowercase || other.lowercase,
            nfc: self.nfc || other.nfc,
            strip_html: self.strip_html || other.strip_html,
        }
    }

    /// Whether nothing is to be done
    #[inline]
    pub const fn is_none(self) -> bool {
        !self.trim && !self.lowercase && !self.nfc && !self.strip_html
    }

    /// The sanitized text, borrowed where nothing changes
    pub fn apply(self, text: &str) -> Cow<'_, str> {
        let composer = ComposingNormalizerBorrowed::new_nfc();
        let compose = |text: &mut Cow<'_, str>| {
            if self.nfc && !composer.is_normalized(text) {
                *text = Cow::Owned(composer.normalize(text).into_owned());
            }
        };
        let mut text = Cow::Borrowed(text);
        if self.lowercase && text.chars().any(|c| !c.is_lowercase() && !c.to_lowercase().eq([c])) {
            text = Cow::Owned(text.to_lowercase());
        }
        compose(&mut text);
        if self.strip_html && text.contains('<') {
            text = Cow::Owned(strip_html(&text));
            compose(&mut text); // what stood on both sides of a tag may belong together
        }
        if !self.trim {
            return text;
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// The text that takes the place of `text`, where it changes
    #[inline]
    pub(crate) fn changed(self, text: &str) -> Option<String> {
        if self.is_none() {
            return None;
        }
        let sanitized = self.apply(text);
        (*sanitized != *text).then(|| sanitized.into_owned())
    }

    /// `x-sanitize`
    pub(crate) fn keywords(self, schema: JsonSchema) -> JsonSchema {
        if self.is_none() {
            return schema;
        }
        let steps =
            [(self.strip_html, "strip_html"), (self.lowercase, "lowercase"), (self.nfc, "nfc"), (self.trim, "trim")];
        let steps: Vec<Value> = steps.iter().filter(|(set, _)| *set).map(|(_, step)| json!(step)).collect();
        schema.with("x-sanitize", steps)
    }
}

/// The text without tags and comments: afterwards no `<` stands where HTML would begin one
///
/// For plain text that must not carry markup; the text inside `<script>` stays, as text. Where rich text is wanted,
/// let a sanitizer such as ammonia keep what it knows to be safe. A tag that is not closed takes the rest, as it does in
/// a browser. One pass: where removing a tag would join a `<` to what follows, that `<` begins the next tag.
fn strip_html(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut tag: Option<String> = None;
    while let Some(character) = rest.next() {
        let opens = |next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
        if let Some(inside) = &mut tag {
            let comment = inside.starts_with("!--");
            let closed = !comment || matches!(inside.as_str(), "!--" | "!---") || ends_comment(inside);
            if character == '>' && closed {
                tag = None;
                if kept.ends_with('<') && rest.peek().copied().is_some_and(opens) {
                    kept.pop();
                    tag = Some(String::new());
                }
            } else if inside.len() < 5 || comment {
                inside.push(character);
            }
        } else if character == '<' && rest.peek().copied().is_some_and(opens) {
            tag = Some(String::new());
        } else {
            kept.push(character);
        }
    }
    kept
}

/// `--` or `--!`, behind the two that begin the comment
fn ends_comment(inside: &str) -> bool {
    inside.get(3..).is_some_and(|text| text.ends_with("--") || text.ends_with("--!"))
}
