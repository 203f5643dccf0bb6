//! A path operation is short and has a test.
//!
//! The rule for the test: for the operation `create_user` of `app/src/routers/users.rs`, the file
//! `app/tests/it/routers/users.rs`, or one in the folder `users` beside it, has a `mod create_user` with a test function
//! in it.

use super::Finding;
use super::lexer::{Kind, Token, tokens};

/// The attributes that make a function a path operation.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// An operation's lines, its first attribute and its closing brace included.
const MOST_LINES: usize = 25;

#[derive(Debug, PartialEq, Eq)]
struct Operation {
    name: String,
    first_line: usize,
    line: usize,
    last_line: usize,
}

/// The files that may test the operations of `app/src/routers/{place}`: those that are there, else the one to write.
pub(super) fn tests_of(place: &str, names: &[String]) -> Vec<String> {
    let file = format!("app/tests/it/routers/{place}");
    let folder = format!("{}/", file.trim_end_matches(".rs"));
    let found: Vec<String> = names.iter().filter(|name| **name == file || name.starts_with(&folder)).cloned().collect();
    if found.is_empty() { vec![file] } else { found }
}

/// Checks one router file against the text of its tests, which are in the files called `tests`.
pub(super) fn check(name: &str, text: &str, tests: &str, test_text: &str) -> Vec<Finding> {
    let tested = tested_modules(test_text);
    let mut findings = Vec::new();
    for operation in operations(&tokens(text)) {
        let lines = operation.last_line + 1 - operation.first_line;
        if lines > MOST_LINES {
            findings.push(Finding {
                file: name.to_owned(),
                line: operation.line,
                message: format!(
                    "`{}` has {lines} lines, at most {MOST_LINES} are allowed: move what it \
                     decides into a service",
                    operation.name
                ),
            });
        }
        if !tested.contains(&operation.name) {
            findings.push(Finding {
                file: name.to_owned(),
                line: operation.line,
                message: format!("`{0}` has no test: write `mod {0}` with a test function in {tests}", operation.name),
            });
        }
    }
    findings
}

/// The path operations of a file.
fn operations(tokens: &[Token]) -> Vec<Operation> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((attributes, after)) = attributes(tokens, at) else {
            at += 1;
            continue;
        };
        let first_line = tokens[at].line;
        at = after;
        if !attributes.iter().any(|attribute| METHODS.contains(&attribute.as_str())) {
            continue;
        }
        let Some(function) = function_at(tokens, at) else { continue };
        let (name, line) = (tokens[function + 1].word().unwrap_or_default(), tokens[function].line);
        let end = end_of_body(tokens, function);
        let last_line = tokens.get(end).map_or(line, |token| token.line);
        found.push(Operation { name: name.to_owned(), first_line, line, last_line });
        at = end;
    }
    found
}

/// The modules that hold a test function, at any depth.
fn tested_modules(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        if let Some((attributes, after)) = attributes(&tokens, at) {
            let test = attributes.iter().any(|attribute| attribute == "test");
            if test && function_at(&tokens, after).is_some() {
                found.extend(open.iter().map(|(name, _)| name.clone()));
            }
            at = after;
            continue;
        }
        let token = &tokens[at];
        if token.word() == Some("mod") && tokens.get(at + 2).is_some_and(|next| next.is('{')) {
            open.push((tokens[at + 1].word().unwrap_or_default().to_owned(), depth));
        } else if token.is('{') {
            depth += 1;
        } else if token.is('}') {
            depth = depth.saturating_sub(1);
            if open.last().is_some_and(|(_, opened)| *opened == depth) {
                open.pop();
            }
        }
        at += 1;
    }
    found
}

/// The last names of the attributes that start at `at` (`fastrail::get` is `get`), and where
/// they end. `None` when no outer attribute starts here.
fn attributes(tokens: &[Token], mut at: usize) -> Option<(Vec<String>, usize)> {
    let mut names = Vec::new();
    while tokens.get(at)?.is('#') && tokens.get(at + 1).is_some_and(|token| token.is('[')) {
        let mut inside = at + 2;
        let mut name = None;
        while let Some(token) = tokens.get(inside) {
            match &token.kind {
                Kind::Word(word) => name = Some(word.clone()),
                Kind::Separator => {}
                Kind::Mark(_) => break,
            }
            inside += 1;
        }
        names.extend(name);
        let mut depth = 1;
        while depth > 0 {
            match &tokens.get(inside)?.kind {
                Kind::Mark('[') => depth += 1,
                Kind::Mark(']') => depth -= 1,
                _ => {}
            }
            inside += 1;
        }
        at = inside;
        if at >= tokens.len() {
            break;
        }
    }
    (!names.is_empty()).then_some((names, at))
}

/// The place of `fn`, when a function item starts here.
fn function_at(tokens: &[Token], mut at: usize) -> Option<usize> {
    loop {
        let token = tokens.get(at)?;
        match token.word() {
            Some("fn") => return tokens.get(at + 1)?.word().map(|_| at),
            Some("pub" | "async" | "const" | "crate" | "super" | "in") => {}
            None if token.is('(') || token.is(')') => {}
            _ => return None,
        }
        at += 1;
    }
}

/// The place of the brace that closes a function's body.
fn end_of_body(tokens: &[Token], function: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(function) {
        if token.is('{') {
            depth += 1;
        } else if token.is('}') {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::{check, operations, tests_of, tokens};

    const ROUTER: &str = "\
/// Make a user
#[post(\"/users\", status = 201, tags(\"users\"))]
#[instrument(skip_all)]
pub(crate) async fn create_user(body: UserCreate, #[path] id: UserId) -> Result<UserOut, E> {
    users.create(body).await
}

#[fastrail::get(\"/users/{id}\")]
fn read_user(#[query(ge = 1)] page: u32) -> &'static str {
    \"}\"
}

#[derive(Debug)]
struct NotAnOperation;

#[inline]
fn neither() {}
";

    #[test]
    fn operations_are_found_by_their_attribute() {
        let found: Vec<_> = operations(&tokens(ROUTER))
            .into_iter()
            .map(|found| (found.name, found.first_line, found.line, found.last_line))
            .collect();
        assert_eq!(found, [("create_user".to_owned(), 2, 4, 6), ("read_user".to_owned(), 8, 9, 11)]);
    }

    #[test]
    fn tests_are_in_a_file_or_in_a_folder_of_the_routers_name() {
        let names = ["app/tests/it/routers/users/create.rs", "app/tests/it/routers/items.rs", "app/src/users/a.rs"];
        let names = names.map(str::to_owned);
        assert_eq!(tests_of("users.rs", &names), names[..1]);
        assert_eq!(tests_of("items.rs", &names), names[1..2]);
        assert_eq!(tests_of("roles.rs", &names), ["app/tests/it/routers/roles.rs"]);
    }

    #[test]
    fn an_operation_without_a_module_of_tests_is_named() {
        let tests = "mod create_user {\n    #[fastrail::test]\n    async fn taken() {}\n}\n\
                     mod read_user {\n    fn no_test() {}\n}\n";
        let found = check("app/src/routers/users.rs", ROUTER, "app/tests/it/x.rs", tests);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            ["app/src/routers/users.rs:9: `read_user` has no test: write `mod read_user` with a \
              test function in app/tests/it/x.rs"]
        );
        assert_eq!(check("a.rs", ROUTER, "b.rs", "").len(), 2);
    }

    #[test]
    fn tests_in_inner_modules_count_and_commented_ones_do_not() {
        let inner = "mod create_user { mod when_taken { #[tokio::test] async fn a() {} } }\n\
                     mod read_user { /* #[test] fn a() {} */ }";
        let found = check("a.rs", ROUTER, "b.rs", inner);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.starts_with("`read_user`"));
    }

    #[test]
    fn a_long_operation_is_found() {
        let tests = "mod long { #[test] fn a() {} }";
        for (statements, allowed) in [(22, true), (23, false)] {
            let body = "    x();\n".repeat(statements);
            let router = format!("/// Doc lines\n/// do not count\n#[get(\"/\")]\nfn long() {{\n{body}}}\n");
            let found = check("a.rs", &router, "b.rs", tests);
            assert_eq!(found.is_empty(), allowed, "{found:?}");
        }
    }
}
