//! The two things that the pages write: their HTML and their start script.
//!
//! Both carry text from the application (a title, addresses, options), so both escape it:
//! HTML by entities, the script by putting the options in as one JSON string inside a
//! JavaScript string, which no value can leave.

use serde_json::Value;

/// The mark in a start script's template, in quotes, where the configuration goes.
const CONFIGURATION: &str = "\"__CONFIGURATION__\"";

/// One page's HTML, before it is written.
pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    pub(super) icon: &'a str,
    pub(super) styles: &'a [String],
    pub(super) scripts: &'a [String],
    /// The element that the page's script fills.
    pub(super) element: &'a str,
}

impl Page<'_> {
    /// Writes the page: no inline script, no inline style, every text escaped.
    pub(super) fn write(&self) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<link rel=\"icon\" href=\"{}\">\n",
            escape(self.title),
            escape(self.icon),
        );
        for style in self.styles {
            html.push_str(&format!("<link rel=\"stylesheet\" href=\"{}\">\n", escape(style)));
        }
        html.push_str(&format!(
            "</head>\n<body>\n<div id=\"{}\"></div>\n\
             <noscript>This page needs JavaScript to show the documentation.</noscript>\n",
            escape(self.element),
        ));
        for script in self.scripts {
            html.push_str(&format!("<script src=\"{}\"></script>\n", escape(script)));
        }
        html.push_str("</body>\n</html>\n");
        html
    }
}

/// Escapes text for an HTML text node or a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Writes a start script: `template` with `configuration` where its mark stands.
///
/// The script reads the configuration with `JSON.parse`, not as an object literal: a literal
/// would take a key named `__proto__` for the prototype.
pub(super) fn script(template: &str, configuration: &Value) -> String {
    let json = configuration.to_string();
    // `<` cannot end a script element and U+2028/2029 cannot end a line, wherever this lands.
    let literal = Value::String(json)
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    template.replacen(CONFIGURATION, &literal, 1)
}

#[cfg(test)]
mod tests {
    use super::{Page, script};
    use serde_json::{Value, json};

    #[test]
    fn a_title_cannot_leave_its_element() {
        let page = Page {
            title: "</title><script>alert('x')</script>",
            icon: "a\"b",
            styles: &["s.css?v=1&w=2".to_owned()],
            scripts: &["docs/init.js".to_owned()],
            element: "root",
        };
        let html = page.write();
        assert!(html.contains("&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(html.contains("href=\"a&quot;b\""));
        assert!(html.contains("href=\"s.css?v=1&amp;w=2\""));
        assert_eq!(html.matches("<script").count(), 1);
    }

    #[test]
    fn a_configuration_arrives_unchanged_and_cannot_leave_its_string() {
        let configuration = json!({
            "quote": "\"); alert('x'); (\"",
            "close": "</script><!--",
            "lines": "a\u{2028}b\u{2029}c\nd",
            "back": "\\",
            "__proto__": {"polluted": true},
        });
        let written = script("const x = JSON.parse(\"__CONFIGURATION__\");", &configuration);
        let literal = written
            .strip_prefix("const x = JSON.parse(")
            .and_then(|rest| rest.strip_suffix(");"))
            .expect("the mark was replaced");
        assert!(!literal.contains(['<', '\u{2028}', '\u{2029}', '\n']));
        let json: String = serde_json::from_str(literal).expect("one string literal");
        let read: Value = serde_json::from_str(&json).expect("the configuration");
        assert_eq!(read, configuration);
    }
}
