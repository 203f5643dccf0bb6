//! An import points the way that the table of rooms allows.
//!
//! Looks at `use` trees, nested or not, and at paths written inline: `crate::`, `app::`,
//! `self::` and `super::`, and the crates that a room never touches.

use super::Finding;
use super::lexer::{Kind, Token, tokens};
use super::rooms::{EVERYWHERE, ROOMS, Room, WIRING};

/// A path as written, with the line of its last segment.
#[derive(Debug, PartialEq, Eq)]
struct WrittenPath {
    line: usize,
    segments: Vec<String>,
    /// The inline modules around it, outermost first.
    modules: Vec<String>,
}

/// Checks one file; `place` is its path beneath `app/src/`.
pub(super) fn check(name: &str, place: &str, text: &str) -> Vec<Finding> {
    let file_module = module_of(place);
    let first = file_module.first().map_or("lib", String::as_str);
    if WIRING.contains(&first) {
        return Vec::new();
    }
    let Some(room) = ROOMS.iter().find(|room| room.name == first) else {
        return vec![Finding {
            file: name.to_owned(),
            line: 1,
            message: format!(
                "`{first}` is no room of the application: move the file into one, or add the \
                 room to ARCHITECTURE.md and xtask/src/tidy/rooms.rs"
            ),
        }];
    };
    let mut findings: Vec<Finding> = Vec::new();
    for path in paths(&tokens(text)) {
        let Some(message) = judge(room, &file_module, &path) else { continue };
        let finding = Finding { file: name.to_owned(), line: path.line, message };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings
}

/// What is wrong with a path, if anything.
fn judge(room: &Room, file_module: &[String], path: &WrittenPath) -> Option<String> {
    let first = path.segments.first()?.as_str();
    if room.never.contains(&first) {
        return Some(format!("`{}` never touches the crate `{first}`: {}", room.name, room.because));
    }
    let target = target(file_module, path)?;
    let allowed = target == room.name || target == EVERYWHERE || room.may_import.contains(&target.as_str());
    if allowed {
        return None;
    }
    // A macro or an item at the crate's root belongs to no room.
    let known = ROOMS.iter().any(|other| other.name == target) || WIRING.contains(&target.as_str());
    known.then(|| {
        let may = match room.may_import {
            [] => "nothing but constants".to_owned(),
            rooms => rooms.join(", "),
        };
        format!("`{}` must not import `{target}`, only {may}: {}", room.name, room.because)
    })
}

/// The room at which a path of this crate points.
fn target(file_module: &[String], path: &WrittenPath) -> Option<String> {
    let mut segments = path.segments.iter().map(String::as_str).peekable();
    let mut at: Vec<&str> = file_module.iter().chain(&path.modules).map(String::as_str).collect();
    match segments.next()? {
        "crate" | "app" => at.clear(),
        "self" => {}
        "super" => {
            at.pop();
        }
        _ => return None,
    }
    while segments.next_if(|segment| *segment == "super").is_some() {
        at.pop();
    }
    at.first().copied().or_else(|| segments.next()).map(str::to_owned)
}

/// The module path of a file: `routers/users.rs` and `routers/users/mod.rs` are `routers::users`.
fn module_of(place: &str) -> Vec<String> {
    let stem = place.strip_suffix(".rs").unwrap_or(place);
    let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// Every path in a file: the leaves of `use` trees, and what is written inline.
fn paths(tokens: &[Token]) -> Vec<WrittenPath> {
    let mut found = Vec::new();
    let mut modules: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let around = || modules.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        match token.word() {
            // `impl Trait + use<T>` captures, and imports nothing.
            Some("use") if !tokens.get(at + 1).is_some_and(|token| token.is('<')) => {
                at = use_tree(tokens, at + 1, &[], &around(), &mut found);
                continue;
            }
            Some("mod") if tokens.get(at + 2).is_some_and(|token| token.is('{')) => {
                let name = tokens[at + 1].word().unwrap_or_default().to_owned();
                modules.push((name, depth));
                at += 2;
                continue;
            }
            Some(word) if starts_path(tokens, at) => {
                let mut segments = vec![word.to_owned()];
                while let (Some(Kind::Separator), Some(Some(next))) =
                    (tokens.get(at + 1).map(|token| &token.kind), tokens.get(at + 2).map(Token::word))
                {
                    segments.push(next.to_owned());
                    at += 2;
                }
                found.push(WrittenPath { line: token.line, segments, modules: around() });
            }
            _ if token.is('{') => depth += 1,
            _ if token.is('}') => {
                depth = depth.saturating_sub(1);
                if modules.last().is_some_and(|(_, opened)| *opened == depth) {
                    modules.pop();
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Whether a path of two or more segments starts here.
fn starts_path(tokens: &[Token], at: usize) -> bool {
    let after = tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Separator);
    // `::std::…` starts with its separator; what follows a name or a `<…>` is a middle, but
    // the `>` of an arrow closes nothing.
    let before = |steps: usize| at.checked_sub(steps).map(|before| &tokens[before]);
    let middle = before(1).is_some_and(|token| token.kind == Kind::Separator)
        && before(2).is_some_and(|token| token.word().is_some() || token.is('>'))
        && !(before(2).is_some_and(|token| token.is('>')) && before(3).is_some_and(|token| token.is('-')));
    after && !middle
}

/// Reads a `use` tree from `at` and returns where it ends.
fn use_tree(
    tokens: &[Token],
    mut at: usize,
    prefix: &[String],
    modules: &[String],
    found: &mut Vec<WrittenPath>,
) -> usize {
    let mut segments = prefix.to_vec();
    let mut line = tokens.get(at).map_or(0, |token| token.line);
    let mut grouped = false;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Word(word) if word == "as" => at += 1,
            // `self` at the end of a tree is the tree's own prefix.
            Kind::Word(word) if word == "self" && !segments.is_empty() => line = token.line,
            Kind::Word(word) => {
                line = token.line;
                segments.push(word.clone());
            }
            Kind::Mark('{') => {
                grouped = true;
                at += 1;
                while tokens.get(at).is_some_and(|token| !token.is('}') && !token.is(';')) {
                    at = use_tree(tokens, at, &segments, modules, found);
                    if tokens.get(at).is_some_and(|token| token.is(',')) {
                        at += 1;
                    }
                }
            }
            Kind::Mark(',' | '}' | ';') => break,
            Kind::Separator | Kind::Mark(_) => {}
        }
        at += 1;
    }
    if !grouped && segments.len() > prefix.len().min(1) {
        found.push(WrittenPath { line, segments, modules: modules.to_vec() });
    }
    at
}

#[cfg(test)]
mod tests {
    use super::check;

    /// The lines and messages of a file's findings.
    fn findings(place: &str, text: &str) -> Vec<(usize, String)> {
        let name = format!("app/src/{place}");
        check(&name, place, text).into_iter().map(|found| (found.line, found.message)).collect()
    }

    fn lines(place: &str, text: &str) -> Vec<usize> {
        findings(place, text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn what_an_opaque_type_captures_is_no_import() {
        let text = "fn rows() -> impl Stream + use<S> { let a = 1; crate::services::list() }";
        assert_eq!(lines("repositories/users.rs", text).len(), 1, "the path after it is still seen");
        assert!(lines("repositories/users.rs", "use { broken; }").is_empty());
    }

    #[test]
    fn the_table_is_kept() {
        for (place, text, allowed) in [
            ("routers/users.rs", "use crate::services::users::UserService;", true),
            ("routers/users.rs", "use crate::repositories::UserRepository;", false),
            ("routers/users.rs", "use app::repositories::UserRepository;", false),
            ("routers/users.rs", "use crate::constants::messages;", true),
            ("services/users.rs", "use crate::errors::PublicError;", false),
            ("services/users/register.rs", "use crate::routers::users;", false),
            ("repositories/mod.rs", "pub use self::users::UserRepository;", true),
            ("models/user.rs", "use crate::schemas::UserOut;", false),
            ("schemas/user.rs", "use crate::models::user::User;", true),
            ("errors/mod.rs", "use crate::services::users::UserError;", true),
            ("config/mod.rs", "use crate::application::build;", false),
            ("application.rs", "use crate::repositories::UserRepository;", true),
            ("cli/serve.rs", "use crate::config::Settings;", true),
            ("main.rs", "use app::config::Settings;", true),
        ] {
            assert_eq!(findings(place, text).is_empty(), allowed, "{place}: {text}");
        }
    }

    #[test]
    fn nested_trees_are_followed_to_their_leaves() {
        let text = "use crate::{\n    services::users::{self, UserService},\n    \
                    repositories::{\n        UserRepository as Users,\n    },\n    \
                    schemas::*,\n};\n";
        assert_eq!(lines("routers/users.rs", text), [4]);
        assert_eq!(lines("routers/users.rs", "use {crate::models::User, std::fmt};"), [1]);
        assert_eq!(lines("routers/users.rs", "use crate::{self, models};"), [1]);
        assert_eq!(lines("services/users.rs", "use {\n std::fmt,\n sea_orm::{self, Set}\n};"), [3]);
    }

    #[test]
    fn inline_paths_count_and_prose_does_not() {
        let text = "//! crate::repositories\n/// [`crate::repositories`]\nfn f() {\n    \
                    crate::repositories::users::get();\n    \
                    let _ = \"crate::repositories::x\";\n    <crate::models::User as T>::g();\n}\n";
        assert_eq!(lines("routers/users.rs", text), [4, 6]);
        assert_eq!(lines("services/users.rs", "#[derive(sea_orm::FromQueryResult)]\nstruct A;"), [1]);
        assert_eq!(lines("services/users.rs", "fn f() -> ::http::StatusCode {}"), [1]);
        assert!(lines("services/users.rs", "fn f() { mine::http::get(); T::<u8>::sqlx::x() }").is_empty());
    }

    #[test]
    fn super_is_resolved_from_where_it_stands() {
        assert!(lines("routers/users.rs", "use super::items;").is_empty());
        assert_eq!(lines("routers/users.rs", "use super::super::models::User;"), [1]);
        assert!(lines("services/users/mod.rs", "use super::super::models::User;").is_empty());
        assert_eq!(lines("services/users/mod.rs", "use super::super::routers::users;"), [1]);
        let text = "mod tests {\n    use super::super::super::models::User;\n    \
                    use super::super::items;\n}\nuse super::super::models::User;\n";
        assert_eq!(lines("routers/users.rs", text), [2, 5]);
    }

    #[test]
    fn an_error_says_what_is_allowed_and_why() {
        let found = findings("routers/users.rs", "\nuse crate::repositories::UserRepository;");
        assert_eq!(
            found,
            [(
                2,
                "`routers` must not import `repositories`, only dependencies, schemas, services, \
                 errors: a router takes a schema in, calls a service and gives a schema out"
                    .to_owned()
            )]
        );
    }

    #[test]
    fn a_file_outside_every_room_is_found() {
        let found = findings("helpers/text.rs", "");
        assert_eq!(found.len(), 1);
        assert!(found[0].1.starts_with("`helpers` is no room"), "{found:?}");
    }
}
