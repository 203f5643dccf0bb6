//! From the name of an operation back to its path.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{FlatMount, FlatRoute, Inside};
use crate::error::Error;
use crate::params::{Argument, RequestPart, RequestPartKind};
use crate::request::RequestContext;

/// What stands in one segment of a path as it is (RFC 3986 §2.3)
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same for a rest of several segments
const REST: &AsciiSet = &SEGMENT.remove(b'/');

/// The paths of an app's operations by the names of their fns, as an argument
///
/// ```
/// use fastrail::Urls;
/// use fastrail::prelude::*;
///
/// #[get("/items/{item_id}")]
/// async fn read_item(item_id: u32) -> u32 {
///     item_id
/// }
///
/// #[post("/items", status = 201)]
/// async fn create_item(urls: Urls) -> Result<(Location, u32)> {
///     Ok((Location::of(urls.path("read_item", [("item_id", 7)])?), 7))
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Urls {
    templates: Arc<HashMap<String, String>>,
}

impl Urls {
    /// The first route of a name counts, as in FastAPI
    pub(crate) fn of(routes: &[FlatRoute], mounts: &[FlatMount]) -> Self {
        let mut templates = HashMap::new();
        for flat in routes {
            templates.entry(flat.route.meta.name.to_owned()).or_insert_with(|| flat.path.clone());
        }
        for mount in mounts {
            if let Inside::Files(files) = &mount.inside
                && let Some(name) = files.route_name()
            {
                templates.entry(name.to_owned()).or_insert_with(|| mount.around.path.clone());
            }
        }
        Self { templates: Arc::new(templates) }
    }

    /// The path of an operation with these values in its placeholders; files are `("static", [("path", "app.css")])`
    ///
    /// # Errors
    /// 500 when there is no such operation, or the values are not those of its placeholders.
    pub fn path<N: AsRef<str>, V: Display>(
        &self,
        name: &str,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Result<String, Error> {
        let wrong = |what: &str| Error::internal(format_args!("no URL for the operation `{name}`: {what}"));
        let Some(template) = self.templates.get(name) else { return Err(wrong("there is none of this name")) };
        let mut values: Vec<(String, String)> =
            values.into_iter().map(|(name, value)| (name.as_ref().to_owned(), value.to_string())).collect();
        let mut path = String::new();
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (placeholder, behind) = after.split_once('}').unwrap_or((after, ""));
            let (key, set) = match placeholder.strip_prefix('*') {
                Some(key) => (key, REST),
                None => (placeholder, SEGMENT),
            };
            let Some(index) = values.iter().position(|(name, _)| name == key) else {
                return Err(wrong(&format!("`{key}` has no value")));
            };
            let (_, value) = values.remove(index);
            let value = if set == REST { value.trim_start_matches('/') } else { value.as_str() };
            if value.is_empty() || value.split('/').any(|segment| segment == "." || segment == "..") {
                return Err(wrong(&format!("`{value}` cannot stand in a path as `{key}`")));
            }
            path.push_str(before);
            path.extend(utf8_percent_encode(value, set));
            rest = behind;
        }
        path.push_str(rest);
        match values.first() {
            Some((name, _)) => Err(wrong(&format!("it has no `{name}`"))),
            None => Ok(path),
        }
    }
}

impl RequestPart for Urls {
    fn of(cx: &RequestContext) -> Self {
        cx.app.urls.clone()
    }
}

impl Argument for Urls {
    type Kind = RequestPartKind;
}
