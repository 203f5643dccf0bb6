//! `url_for` and `path_for` in templates.

use minijinja::value::{Kwargs, Object, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use crate::routing::Urls;

/// Under which a rendering context holds what the fns need; no template can write it
pub(super) const KEY: &str = "$fastrail";

/// The app's URLs, and the host that the client has asked
#[derive(Debug)]
pub(super) struct RequestUrls {
    pub(super) urls: Urls,
    /// `https://shop.example`
    pub(super) base: String,
}

impl Object for RequestUrls {}

/// `url_for("read_item", item_id=7)` → `http://host/items/7`
pub(super) fn url_for(state: &State<'_, '_>, name: &str, values: Kwargs) -> Result<Value, Error> {
    find(state, name, values, true)
}

/// `path_for("read_item", item_id=7)` → `/items/7`
pub(super) fn path_for(state: &State<'_, '_>, name: &str, values: Kwargs) -> Result<Value, Error> {
    find(state, name, values, false)
}

fn find(state: &State<'_, '_>, name: &str, values: Kwargs, absolute: bool) -> Result<Value, Error> {
    let failed = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    let held = state.lookup(KEY);
    let Some(request) = held.as_ref().and_then(Value::downcast_object_ref::<RequestUrls>) else {
        return Err(failed("URLs are known while a request is answered".to_owned()));
    };
    let mut pairs = Vec::new();
    for key in values.args() {
        let value: Value = values.get(key)?;
        if !matches!(value.kind(), ValueKind::String | ValueKind::Number) {
            return Err(failed(format!("`{key}` must be a text or a number to stand in a URL")));
        }
        pairs.push((key.to_owned(), value.to_string()));
    }
    let path = request.urls.path(name, pairs).map_err(|error| failed(format!("{error:?}")))?;
    let url = if absolute { format!("{}{path}", request.base) } else { path };
    // A URL is made of characters that mean nothing in HTML; it stays readable where it is.
    Ok(if url.contains(['&', '<', '>', '"', '\'']) { Value::from(url) } else { Value::from_safe_string(url) })
}
