//! Rows as CSV (RFC 4180), written while they are read, so that a long table needs no more memory than a short one.
//!
//! A cell that a spreadsheet would run as a formula is made text by a `'` in front of it (OWASP, CSV Injection). When the
//! rows break off, the answer breaks off as well: half a table never looks whole.

use fastrail::openapi::{OperationDoc, ResponseDoc};
use fastrail::prelude::*;
use fastrail::response::Response;
use fastrail::schema::JsonSchema;
use fastrail::{Body, Error};
use futures_util::{Stream, StreamExt, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};

/// A table as a file to save
pub struct CsvOut {
    file_name: &'static str,
    body: Body,
}

impl CsvOut {
    /// A table with these columns; each batch of rows is written when the client has taken what was before
    pub fn new<S, R, E, const N: usize>(file_name: &'static str, columns: [&'static str; N], batches: S) -> Self
    where
        S: Stream<Item = std::result::Result<Vec<R>, E>> + Send + 'static,
        R: Into<[String; N]>,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + Send + 'static,
    {
        let names = stream::iter([Ok(line(columns.map(str::to_owned)))]);
        let rows =
            batches.map(|batch| batch.map(|rows| rows.into_iter().map(|row| line(row.into())).collect::<String>()));
        Self { file_name, body: Body::from_stream(names.chain(rows)) }
    }
}

impl std::fmt::Debug for CsvOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CsvOut({})", self.file_name)
    }
}

impl Reply for CsvOut {
    fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
        let table = ResponseDoc::of("text/csv", JsonSchema::of("string"));
        doc.response(status, table.with_header("Content-Disposition", "Under which name to save it"));
    }

    fn into_reply(self, status: StatusCode) -> std::result::Result<Response, Error> {
        let mut response = Response::new(self.body);
        *response.status_mut() = status;
        let disposition = format!("attachment; filename=\"{}\"", self.file_name);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).map_err(Error::internal)?);
        Ok(response)
    }
}

fn line<const N: usize>(cells: [String; N]) -> String {
    let cells = cells.map(|cell| quoted(&cell));
    format!("{}\r\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    let starts_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    let harmless = if cell.starts_with(starts_formula) { format!("'{cell}") } else { cell.to_owned() };
    if harmless.contains([',', '"', '\r', '\n', ';', '\'']) {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn formulas_become_text_and_separators_are_quoted() {
        for (cell, expected) in [
            ("ada", "ada"),
            ("", ""),
            ("=1+1", "\"'=1+1\""),
            ("+49", "\"'+49\""),
            ("-ada", "\"'-ada\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
