//! Operation ids: what client generators name their functions after.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use http::Method;

use super::document::documented_path;
use crate::routing::OperationMeta;

/// What an operation id can be made of
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo<'a> {
    /// The fn's name
    pub name: &'a str,
    /// The method
    pub method: &'a Method,
    /// The whole path, as the document writes it: `/api/items/{item_id}`
    pub path: &'a str,
    /// The groups it stands in, those of its routers first
    pub tags: &'a [String],
}

/// FastAPI's ids: name, path and method, everything that is no letter, digit or `_` replaced by `_`
///
/// ```
/// use fastrail::openapi::name_path_method;
/// use fastrail::prelude::*;
///
/// #[get("/items/{item_id}")]
/// async fn read_item(item_id: u64) -> u64 {
///     item_id
/// }
///
/// let app = App::new("Shop", "1.0.0").operation_ids(name_path_method).include(routes![read_item]).build()?;
/// let operation = &app.openapi()["paths"]["/items/{item_id}"]["get"];
/// assert_eq!(operation["operationId"], "read_item_items__item_id__get");
/// # Ok::<(), fastrail::BuildError>(())
/// ```
pub fn name_path_method(operation: &OperationInfo<'_>) -> String {
    let mut id: String = format!("{}{}", operation.name, operation.path)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    id.push('_');
    id.push_str(&operation.method.as_str().to_ascii_lowercase());
    id
}

/// How an app makes its operation ids
type Style = Arc<dyn Fn(&OperationInfo<'_>) -> String + Send + Sync>;

/// The ids of a document, made in the order of its operations
#[derive(Clone, Default)]
pub(crate) struct OperationIds {
    style: Option<Style>,
    taken: HashSet<String>,
    /// The last number behind a fn's name; counted on, since a thousand fns of one name would try half a million
    counts: HashMap<String, u32>,
    of_meta: HashMap<usize, String>,
}

impl OperationIds {
    pub(crate) fn set_style(&mut self, style: impl Fn(&OperationInfo<'_>) -> String + Send + Sync + 'static) {
        self.style = Some(Arc::new(style));
    }

    /// The id of one more operation
    ///
    /// The attribute's own, else that of the app's style. The default is the fn's name, with a number where a fn
    /// serves several routes or fns of several modules share it.
    ///
    /// # Errors
    /// An id that was asked for stands twice.
    pub(crate) fn assign(
        &mut self,
        meta: &'static OperationMeta,
        path: &str,
        tags: &[String],
    ) -> Result<String, String> {
        let info = OperationInfo { name: meta.name, method: &meta.method, path: &documented_path(path), tags };
        let (id, is_default) = match (meta.operation_id, &self.style) {
            (Some(id), _) => (id.to_owned(), false),
            (None, Some(style)) => (style(&info), false),
            (None, None) => (meta.name.to_owned(), true),
        };
        let mut unique = id.clone();
        while !self.taken.insert(unique.clone()) {
            if !is_default {
                return Err(format!("its operation id `{id}` is taken by another operation"));
            }
            let count = self.counts.entry(id.clone()).or_insert(1);
            *count += 1;
            unique = format!("{id}_{count}");
        }
        self.of_meta.entry(key(meta)).or_insert_with(|| unique.clone());
        Ok(unique)
    }

    /// The id of an operation's first route
    pub(super) fn of(&self, meta: &'static OperationMeta) -> Option<String> {
        self.of_meta.get(&key(meta)).cloned()
    }
}

fn key(meta: &'static OperationMeta) -> usize {
    std::ptr::from_ref(meta) as usize
}

impl fmt::Debug for OperationIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationIds").field("taken", &self.taken).finish_non_exhaustive()
    }
}
