//! Rows as CSV (RFC 4180).

use std::fmt;

use axum_core::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use super::{Reply, content_disposition};
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::JsonSchema;

/// Rows as `text/csv`, with the fields' names as the first line
///
/// Cells that a spreadsheet would run as a formula are made text by a `'` in front (OWASP, CSV Injection), unless
/// [`verbatim`](Self::verbatim) says otherwise.
///
/// ```
/// use fastrail::response::Csv;
/// use fastrail::prelude::*;
///
/// #[derive(Serialize)]
/// struct Row {
///     name: &'static str,
///     price: u32,
/// }
///
/// #[get("/items.csv")]
/// async fn export() -> Csv<Row> {
///     Csv::new(vec![Row { name: "Fork", price: 3 }]).file_name("items.csv")
/// }
/// ```
///
/// # Errors
/// A row that is no flat list of cells breaks the answer off, and is logged.
pub struct Csv<T> {
    rows: stream::BoxStream<'static, T>,
    file_name: Option<String>,
    verbatim: bool,
}

impl<T: Serialize + Send + 'static> Csv<T> {
    /// Rows that are there
    pub fn new<I>(rows: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::stream(stream::iter(rows))
    }

    /// Rows that are made while they are sent
    pub fn stream(rows: impl Stream<Item = T> + Send + 'static) -> Self {
        Self { rows: rows.boxed(), file_name: None, verbatim: false }
    }

    /// To be saved under this name
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// For machines: cells stay as they are, also those that a spreadsheet would run
    #[must_use]
    pub fn verbatim(mut self) -> Self {
        self.verbatim = true;
        self
    }
}

impl<T> fmt::Debug for Csv<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Csv")
    }
}

impl<T: Serialize + Send + 'static> Reply for Csv<T> {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        doc.response(status, ResponseDoc::of("text/csv", JsonSchema::of("string")));
    }

    fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
        let verbatim = self.verbatim;
        let lines = self.rows.enumerate().map(move |(index, row)| {
            line(&row, index == 0, verbatim).inspect_err(|error| tracing::warn!(%error, "a CSV answer broke off"))
        });
        let mut response = Response::new(Body::from_stream(lines));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        if let Some(name) = self.file_name {
            let disposition = content_disposition("attachment", &name);
            headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).map_err(Error::internal)?);
        }
        Ok(response)
    }
}

/// One row, with the line of names in front of the first
fn line<T: Serialize>(row: &T, with_names: bool, verbatim: bool) -> Result<Bytes, csv::Error> {
    let mut writer = writer(with_names);
    writer.serialize(row)?;
    let bytes = finished(writer)?;
    if verbatim {
        return Ok(Bytes::from(bytes));
    }
    let mut harmless = self::writer(false);
    for record in csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice()).records() {
        harmless.write_record(record?.iter().map(guarded))?;
    }
    finished(harmless).map(Bytes::from)
}

fn writer(with_names: bool) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().has_headers(with_names).terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

fn finished(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that no spreadsheet runs; a number stays one
fn guarded(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if runs { format!("'{cell}") } else { cell.to_owned() }
}
