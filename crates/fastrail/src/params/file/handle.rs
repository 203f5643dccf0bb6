//! How files come into models: serde reads text, so a file stands in a form's text as a handle that only its own request
//! can resolve, and only while that form is being read.
//!
//! *Rejected*: a derive of its own for forms with files, which would repeat everything that serde's attributes say.

use std::cell::RefCell;

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::form::file_schema;
use super::{FileBytes, UploadFile};
use crate::params::{Argument, ModelKind};
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Schema};

thread_local! {
    /// The files of the form that is being read on this thread
    static FILES: RefCell<Vec<UploadFile>> = const { RefCell::new(Vec::new()) };
}

/// Takes the files out of scope, also when reading panics
struct Scope(Vec<UploadFile>);

impl Drop for Scope {
    fn drop(&mut self) {
        FILES.set(std::mem::take(&mut self.0));
    }
}

/// Reads something that may hold these files; nothing in `read` awaits
pub(crate) fn in_scope<R>(files: Vec<UploadFile>, read: impl FnOnce() -> R) -> R {
    if files.is_empty() {
        return read();
    }
    let _scope = Scope(FILES.replace(files));
    read()
}

/// The file that a handle stands for
fn resolve(handle: &str) -> Option<UploadFile> {
    FILES.with_borrow(|files| files.iter().find(|file| file.shared.handle == handle).cloned())
}

/// Shows a file in an error by its name: what stands for it in the text means nothing to a client
fn show(value: &mut Value) {
    if let Some(file) = value.as_str().and_then(resolve) {
        *value = file.file_name().map_or(Value::Null, Value::from);
    }
}

impl<'de> Deserialize<'de> for UploadFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let handle = String::deserialize(deserializer)?;
        resolve(&handle).ok_or_else(|| D::Error::custom("this is no file"))
    }
}

impl<'de> Deserialize<'de> for FileBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match resolve(&text) {
            Some(file) => file.shared.read_at(0, usize::MAX).map(FileBytes).map_err(D::Error::custom),
            None => Ok(Self(text.into())), // a field without a file name is its text
        }
    }
}

impl Schema for UploadFile {
    const CLASS: Class = Class::Plain;
    const FILES: bool = true;

    fn schema(_: &Rules, _: &mut Generator) -> JsonSchema {
        file_schema()
    }

    fn check(&self, _: &Rules) -> bool {
        true
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        let value = diagnosis.scalar(value);
        if value.as_str().and_then(resolve).is_none() {
            diagnosis.report::<Self>(Issue::value_error("Expected UploadFile, received: <class 'str'>"), value);
        }
    }

    fn redact(value: &mut Value) {
        show(value);
    }

    fn holds_secret(_: &mut Vec<&'static str>) -> bool {
        true // its handle, which an error must not show
    }
}

impl Schema for FileBytes {
    const CLASS: Class = Class::Plain;
    const FILES: bool = true;

    fn schema(_: &Rules, generator: &mut Generator) -> JsonSchema {
        generator.mark_files_in_memory();
        file_schema()
    }

    fn check(&self, _: &Rules) -> bool {
        true
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        let value = diagnosis.scalar(value);
        if !value.is_string() {
            diagnosis.report::<Self>(Issue::new("bytes_type", "Input should be a valid bytes"), value);
        }
    }

    fn redact(value: &mut Value) {
        show(value);
    }

    fn holds_secret(_: &mut Vec<&'static str>) -> bool {
        true
    }
}

impl Argument for UploadFile {
    type Kind = ModelKind;
}

impl Argument for FileBytes {
    type Kind = ModelKind;
}
