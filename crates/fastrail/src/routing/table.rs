//! The flat routing table: a path leads to its methods, in one look-up.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use axum_core::response::Response;
use http::header::HeaderValue;
use http::{HeaderMap, Method};

use super::{Endpoint, Mounted};
use crate::request::PathValues;

/// A page that the framework serves by itself: the document, the docs
pub(crate) type Page = Arc<dyn Fn(&HeaderMap) -> Response + Send + Sync>;

/// What answers a method on a path
#[derive(Clone)]
pub(crate) enum Target {
    Operation(Arc<Endpoint>),
    Page(Page),
}

/// Everything on one path
#[derive(Default)]
struct Node {
    methods: Vec<(Method, Target)>,
    allow: Option<HeaderValue>,
    mount: Option<(usize, Mounted)>,
    /// Where each method was declared, for the report of a clash
    places: Vec<(Method, String)>,
    /// Where the path was declared first
    place: String,
    template: String,
}

/// What a look-up found
pub(crate) enum Found<'t> {
    Target(&'t Target, PathValues),
    Mount(&'t Mounted, usize),
    /// The path exists, the method does not: 405 with these
    WrongMethod(HeaderValue),
    Nothing,
}

/// All routes of an app
#[derive(Default)]
pub(crate) struct Table {
    /// The nodes of paths without placeholders, which are a third of the work to find by their hash
    fixed: HashMap<String, usize, BuildHasherDefault<PathHasher>>,
    /// The nodes of the others, and those too: it tells what clashes
    router: matchit::Router<usize>,
    nodes: Vec<Node>,
    /// The nodes by their keys; only the build asks
    by_key: HashMap<String, usize>,
}

impl Table {
    /// Adds what answers `method` on `template`; `place` tells people where it is written
    ///
    /// # Errors
    /// A clash with a route that is there already, in words that name both places.
    pub(crate) fn add(&mut self, template: &str, method: &Method, target: Target, place: &str) -> Result<(), String> {
        let node = self.node(template, place)?;
        if let Some((_, other)) = node.places.iter().find(|(other, _)| other == method) {
            return Err(format!("two routes answer `{method} {template}`: {other} and {place}"));
        }
        node.methods.push((method.clone(), target));
        node.places.push((method.clone(), place.to_owned()));
        node.allow = Some(allow_header(&node.methods));
        Ok(())
    }

    /// Hands a path and everything below it to what is mounted there
    ///
    /// # Errors
    /// A clash, as in [`add`](Self::add).
    pub(crate) fn mount(&mut self, path: &str, mounted: &Mounted, at: &dyn fmt::Display) -> Result<(), String> {
        if !path.starts_with('/') || path.contains(['{', '}']) {
            return Err(format!("the path `{path}` of a mount ({at}) must start with `/` and have no placeholders"));
        }
        let prefix = path.trim_end_matches('/');
        let place = format!("what is mounted at `{path}` ({at})");
        for template in [prefix.to_owned(), format!("{prefix}/"), format!("{prefix}/{{*rest}}")] {
            if template.is_empty() {
                continue;
            }
            let node = self.node(&template, &place)?;
            if let Some((method, other)) = node.places.first() {
                if mounted.yields() {
                    continue;
                }
                return Err(format!("`{method} {template}` ({other}) is hidden by {place}"));
            }
            if node.mount.is_some() {
                return Err(format!("{place} and {} answer the same paths", node.place));
            }
            node.mount = Some((prefix.len(), mounted.clone()));
        }
        Ok(())
    }

    fn node(&mut self, template: &str, place: &str) -> Result<&mut Node, String> {
        let key = nameless(template);
        let index = match self.by_key.get(&key) {
            Some(index) => *index,
            None => {
                let index = self.nodes.len();
                self.router.insert(&key, index).map_err(|error| self.explain(&error, template, place))?;
                if !key.contains('{') {
                    self.fixed.insert(key.clone(), index);
                }
                self.by_key.insert(key, index);
                let (template, place) = (template.to_owned(), place.to_owned());
                self.nodes.push(Node { template, place, ..Node::default() });
                index
            }
        };
        Ok(&mut self.nodes[index])
    }

    fn explain(&self, error: &matchit::InsertError, template: &str, place: &str) -> String {
        let matchit::InsertError::Conflict { with } = error else {
            return format!("`{template}` ({place}) is no path template: {error}");
        };
        let (other, other_place) = match self.by_key.get(with).and_then(|index| self.nodes.get(*index)) {
            Some(node) => (node.template.as_str(), node.place.as_str()),
            None => (with.as_str(), "another route"),
        };
        format!("`{template}` ({place}) and `{other}` ({other_place}) match the same paths")
    }

    /// The operation that answers, if it is one
    pub(crate) fn endpoint(&self, method: &Method, path: &str) -> Option<Arc<Endpoint>> {
        match self.find(method, path) {
            Found::Target(Target::Operation(endpoint), _) | Found::Mount(Mounted::Endpoint(endpoint), _) => {
                Some(Arc::clone(endpoint))
            }
            _ => None,
        }
    }

    /// Finds what answers
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let mut values = PathValues::default();
        let index = match self.fixed.get(path) {
            Some(index) => *index,
            None => {
                let Ok(found) = self.router.at(path) else { return Found::Nothing };
                for (_, value) in found.params.iter() {
                    values.push(path, value);
                }
                *found.value
            }
        };
        let node = &self.nodes[index];
        if let Some((prefix, service)) = &node.mount {
            return Found::Mount(service, *prefix);
        }
        let by_method = |wanted: &Method| node.methods.iter().find(|(method, _)| method == wanted);
        let target = by_method(method).or_else(|| if method == Method::HEAD { by_method(&Method::GET) } else { None });
        match target {
            Some((_, target)) => Found::Target(target, values),
            None => Found::WrongMethod(node.allow.clone().unwrap_or_else(|| HeaderValue::from_static(""))),
        }
    }
}

/// Hashes paths by words
///
/// What is in the map is the app's own, so that nobody can make its entries collide.
#[derive(Default)]
struct PathHasher(u64);

impl PathHasher {
    fn add(&mut self, word: u64) {
        // The odd constant of SplitMix64.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for PathHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        match bytes.last_chunk() {
            // It overlaps the word before it.
            Some(last) => self.add(u64::from_le_bytes(*last)),
            None => self.add(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))),
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(byte.into());
    }

    fn finish(&self) -> u64 {
        // The map takes its place from the low bits, which a product mixes least.
        self.0.rotate_left(26)
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.nodes.iter().map(|node| &node.template)).finish()
    }
}

/// The template with numbers for names, so that `/users/{id}` and `/users/{user_id}` are one path, and with the rest
/// percent-encoded, as it comes in
pub(crate) fn nameless(template: &str) -> String {
    /// What cannot stand in a request line as it is; everything beyond ASCII is encoded anyway
    const UNSENDABLE: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');
    let fixed = |text| percent_encoding::utf8_percent_encode(text, UNSENDABLE);
    let mut key = String::with_capacity(template.len());
    for (index, part) in template.split('{').enumerate() {
        match part.split_once('}') {
            Some((name, rest)) if index > 0 => {
                let star = if name.starts_with('*') { "*" } else { "" };
                key.push_str(&format!("{{{star}p{index}}}{}", fixed(rest)));
            }
            _ => key.extend(fixed(part)),
        }
    }
    key
}

/// RFC 9110 §10.2.1: the methods that the path knows; `HEAD` comes with `GET`
fn allow_header(methods: &[(Method, Target)]) -> HeaderValue {
    let mut names: Vec<&str> = methods.iter().map(|(method, _)| method.as_str()).collect();
    if names.contains(&"GET") && !names.contains(&"HEAD") {
        names.push("HEAD");
    }
    names.sort_unstable();
    HeaderValue::from_str(&names.join(", ")).expect("invariant: methods are tokens")
}

/// The names of a template's placeholders, in order
pub(crate) fn parameter_names(template: &str) -> Vec<String> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name.trim_start_matches('*').to_owned())
        .collect()
}
