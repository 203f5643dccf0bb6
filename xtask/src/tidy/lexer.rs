//! Rust source as tokens with their lines: enough to find paths, attributes and functions.
//!
//! Comments, strings and numbers are dropped, so that a rule never fires on prose. Nothing is
//! resolved; macro bodies are read as if they were code, since their paths count too.

/// One token and the line it starts on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or keyword; a raw one without its `r#`.
    Word(String),
    /// `::`
    Separator,
    /// Any other single character.
    Mark(char),
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// Reads a file into tokens. Text that is no Rust gives some tokens, never a panic.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    Lexer { characters, at: 0, line: 1, tokens: Vec::new() }.read()
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn read(mut self) -> Vec<Token> {
        while let Some(character) = self.peek(0) {
            let line = self.line;
            match character {
                '/' if self.peek(1) == Some('/') => self.skip_while(|c| c != '\n'),
                '/' if self.peek(1) == Some('*') => self.skip_block_comment(),
                '"' => self.skip_string(),
                '\'' => self.skip_character_or_lifetime(),
                c if c.is_whitespace() => self.step(),
                c if c.is_ascii_digit() => {
                    self.skip_while(|c| c.is_alphanumeric() || c == '_');
                }
                c if is_word(c) => self.word(line),
                ':' if self.peek(1) == Some(':') => {
                    self.skip(2);
                    self.tokens.push(Token { line, kind: Kind::Separator });
                }
                c => {
                    self.step();
                    self.tokens.push(Token { line, kind: Kind::Mark(c) });
                }
            }
        }
        self.tokens
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn step(&mut self) {
        if self.peek(0) == Some('\n') {
            self.line += 1;
        }
        self.at += 1;
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.step();
        }
    }

    fn skip_while(&mut self, part: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&part) {
            self.step();
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0;
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('*')) => (depth, self.at) = (depth + 1, self.at + 2),
                ('*', Some('/')) => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.step(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.step();
        while let Some(character) = self.peek(0) {
            self.step();
            match character {
                '\\' => self.step(),
                '"' => return,
                _ => {}
            }
        }
    }

    /// Past `"…"` and as many `#` as it was opened with.
    fn skip_raw_string(&mut self, hashes: usize) {
        self.skip(hashes + 1);
        while let Some(character) = self.peek(0) {
            self.step();
            if character == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                self.skip(hashes);
                return;
            }
        }
    }

    fn skip_character_or_lifetime(&mut self) {
        let lifetime = self.peek(1).is_some_and(is_word) && self.peek(2) != Some('\'');
        self.step();
        if lifetime {
            self.skip_while(is_word);
            return;
        }
        if self.peek(0) == Some('\\') {
            self.skip(2);
        }
        self.skip_while(|c| c != '\'' && c != '\n');
        self.step();
    }

    fn word(&mut self, line: usize) {
        let start = self.at;
        self.skip_while(is_word);
        let word: String = self.characters[start..self.at].iter().collect();
        let hashes = (0..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
        let opens_string = self.peek(hashes) == Some('"');
        match word.as_str() {
            "r" | "br" | "cr" if opens_string => self.skip_raw_string(hashes),
            "b" | "c" if self.peek(0) == Some('"') => self.skip_string(),
            "b" if self.peek(0) == Some('\'') => self.skip_character_or_lifetime(),
            "r" if hashes == 1 && self.peek(1).is_some_and(is_word) => self.step(),
            _ => self.tokens.push(Token { line, kind: Kind::Word(word) }),
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn words(text: &str) -> Vec<String> {
        tokens(text).iter().filter_map(|token| token.word().map(str::to_owned)).collect()
    }

    #[test]
    fn comments_strings_and_characters_are_no_words() {
        let text = r####"
            // line
            /* block /* nested */ still */
            a("text \" more"); b(r#"raw " text"#); c('x'); d('\''); e(b"bytes"); f(b'y');
            fn g<'life>() {} r#type; h('"'); i(1u32, 0xff);
        "####;
        assert_eq!(words(text), ["a", "b", "c", "d", "e", "f", "fn", "g", "type", "h", "i"]);
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let text = "/*\n\n*/ a\n\"\n\" b\nr#\"\n\"# c\n";
        let lines: Vec<usize> = tokens(text).iter().map(|token| token.line).collect();
        assert_eq!(lines, [3, 5, 7]);
    }

    #[test]
    fn what_is_not_finished_does_not_hang() {
        for text in ["\"", "/*", "r#\"", "'", "'\\", "b'", "r#", "a::"] {
            let _ = tokens(text);
        }
    }
}
