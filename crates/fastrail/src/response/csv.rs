//! Rows as CSV (RFC 4180).

use std::error::Error as StdError;
use std::fmt;

use axum_core::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use super::{Reply, content_disposition};
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};
use crate::request::Body;
use crate::schema::JsonSchema;

/// The most rows that are sent in one piece; fewer, when no more are there yet
const ROWS_AT_ONCE: usize = 256;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Rows as `text/csv`, with the fields' names as the first line
///
/// Cells that a spreadsheet would run as a formula are made text by a `'` in front (OWASP, CSV Injection), and what some
/// spreadsheet takes for a separator is quoted, unless [`verbatim`](Self::verbatim) says otherwise.
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
/// A row that is no flat list of cells, or one that [could not be made](Self::try_stream), breaks the answer off, and is
/// logged: half a table never looks whole.
pub struct Csv<T> {
    rows: stream::BoxStream<'static, Result<T, BoxError>>,
    columns: Option<Vec<String>>,
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
        Self::try_stream(rows.map(Ok::<_, BoxError>))
    }

    /// Rows that are made while they are sent, and can fail, such as those that a database is asked for meanwhile
    ///
    /// ```
    /// use fastrail::response::Csv;
    /// use futures_util::stream;
    ///
    /// let rows = stream::iter([Ok(("Fork", 3)), Err(std::io::Error::other("the database is gone"))]);
    /// let table = Csv::try_stream(rows).columns(["name", "price"]);
    /// ```
    pub fn try_stream<E: Into<BoxError>>(rows: impl Stream<Item = Result<T, E>> + Send + 'static) -> Self {
        let rows = rows.map(|row| row.map_err(Into::into)).boxed();
        Self { rows, columns: None, file_name: None, verbatim: false }
    }

    /// The first line, in place of the fields' names, which are not known where there is no row
    #[must_use]
    pub fn columns<C: Into<String>>(mut self, names: impl IntoIterator<Item = C>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
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
        let has_names = self.columns.is_some();
        let names = self.columns.map(|names| lines(&[names], false, verbatim));
        let batches = self.rows.try_ready_chunks(ROWS_AT_ONCE).enumerate().map(move |(index, rows)| match rows {
            Ok(rows) => lines(&rows, index == 0 && !has_names, verbatim),
            Err(stream::TryReadyChunksError(_, error)) => Err(error),
        });
        let pieces = stream::iter(names)
            .chain(batches)
            .inspect_err(|error| tracing::warn!(%error, "a CSV answer broke off"))
            .map_ok(Bytes::from);
        let mut response = Response::new(Body::from_stream(pieces));
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

/// Rows, with the line of names in front if wanted
fn lines<T: Serialize>(rows: &[T], with_names: bool, verbatim: bool) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(with_names)
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    if verbatim {
        return Ok(bytes);
    }
    let mut harmless = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        for (index, cell) in record.iter().enumerate() {
            if index > 0 {
                harmless.push(b',');
            }
            push_harmless(&mut harmless, cell, record.len() == 1);
        }
        harmless.extend_from_slice(b"\r\n");
    }
    Ok(harmless)
}

/// Writes a cell that no spreadsheet runs or cuts in two; a number stays one
fn push_harmless(line: &mut Vec<u8>, cell: &str, is_alone: bool) {
    // What only the wide forms of the signs begin is run by some as well.
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && !cell.parse::<f64>().is_ok_and(f64::is_finite);
    // An empty line would be no row.
    let is_quoted = cell.contains([',', ';', '\t', '"', '\r', '\n']) || (is_alone && cell.is_empty());
    if is_quoted {
        line.push(b'"');
    }
    if runs {
        line.push(b'\'');
    }
    line.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
    if is_quoted {
        line.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::push_harmless;

    #[test]
    fn formulas_become_text_and_separators_are_quoted() {
        for (cell, expected) in [
            ("ada", "ada"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("+49", "+49"),
            ("+49 30 1", "'+49 30 1"),
            ("-inf", "'-inf"),
            ("-3.5e2", "-3.5e2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("\n=1", "\"'\n=1\""),
            ("＝1", "'＝1"),
            ("a,b", "\"a,b\""),
            ("a;=1", "\"a;=1\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            let mut line = Vec::new();
            push_harmless(&mut line, cell, false);
            assert_eq!(String::from_utf8_lossy(&line), expected);
        }
    }
}
