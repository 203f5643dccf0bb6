//! Reads a `multipart/form-data` body under limits.
//!
//! multer parses. Two of its habits are kept in bounds here: it takes in whatever the body has ready before it hands
//! out anything, and it waits for the end of a part's headers however long they are. So the body is handed to it piece by
//! piece, and only so many bytes without a result ([`MAX_SILENT_BYTES`]).

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body::Body as _;
use uuid::Uuid;

use super::spool::Spool;
use super::upload::Shared;
use super::{FormField, FormSpec, UploadFile};
use crate::app::Limits;
use crate::error::Error;
use crate::request::{Body, unreadable};

/// The most that is read without finding a part or content of one: its headers, or what stands before the first part
const MAX_SILENT_BYTES: usize = 1024 * 1024;

/// Room for the boundaries and headers around the content of a form
const OVERHEAD_BYTES: u64 = 64 * 1024;

/// A form that has been read
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) parts: Vec<Part>,
}

/// One part, in the order in which it was sent
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: PartValue,
}

/// What a part holds
#[derive(Debug)]
pub(crate) enum PartValue {
    Text(String),
    File(UploadFile),
    /// Text that is none
    NotUtf8,
    /// A file of a type that its field does not take, or one that no field takes; its content is gone
    WrongType,
}

impl Form {
    /// The files that fields take
    pub(crate) fn files(&self) -> Vec<UploadFile> {
        let file = |part: &Part| match &part.value {
            PartValue::File(file) => Some(file.clone()),
            _ => None,
        };
        self.parts.iter().filter_map(file).collect()
    }
}

impl UploadFile {
    /// What stands for the file in a form's text
    pub(crate) fn handle(&self) -> &str {
        &self.shared.handle
    }
}

/// Whether the body is such a form
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(super::form::MEDIA_TYPE)
}

/// The most bytes that the form may have
pub(crate) fn max_bytes(spec: &FormSpec, limits: &Limits) -> u64 {
    let declared = spec.fields.iter().filter_map(|field| field.file?.max_bytes);
    let declared = declared.fold(0_u64, |sum, bytes| sum.saturating_add(bytes).saturating_add(OVERHEAD_BYTES));
    limits.max_upload_bytes.max(declared)
}

/// Reads a whole form
///
/// # Errors
/// 400 when it is malformed or breaks off, 413 when something in it is too large or there are too many parts, 500 when
/// a file cannot be kept.
pub(crate) async fn read(body: Body, headers: &HeaderMap, spec: &FormSpec, limits: &Limits) -> Result<Form, Error> {
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(declared).map_err(malformed)?;
    let silent = Arc::new(AtomicUsize::new(0));
    let constraints =
        multer::Constraints::new().size_limit(multer::SizeLimit::new().whole_stream(max_bytes(spec, limits)));
    let pieces = Pieces { body, silent: Arc::clone(&silent), rests: false };
    let parser = multer::Multipart::with_constraints(pieces, boundary, constraints);
    let mut reader = Reader { parser, silent, spec, limits, memory: 0 };
    let mut form = Form::default();
    while let Some(field) = reader.parser.next_field().await.map_err(|error| refused(error, spec, limits))? {
        reader.silent.store(0, Ordering::Relaxed);
        if form.parts.len() >= limits.max_parts {
            return Err(too_large(format!("A form may have at most {} parts", limits.max_parts)));
        }
        form.parts.extend(reader.part(field).await?);
    }
    Ok(form)
}

struct Reader<'a> {
    parser: multer::Multipart<'static>,
    silent: Arc<AtomicUsize>,
    spec: &'a FormSpec,
    limits: &'a Limits,
    /// Bytes that are held in memory because they must be
    memory: usize,
}

impl Reader<'_> {
    async fn part(&mut self, mut field: multer::Field<'static>) -> Result<Option<Part>, Error> {
        let Some(name) = field.name().map(str::to_owned) else {
            return Err(malformed("a part has no name"));
        };
        let known = self.spec.field(&name);
        let value = match field.file_name() {
            None => self.text(&mut field, known).await?,
            Some(_) => match known.and_then(|known| Some((known, known.file?))) {
                Some((known, rules)) if rules.allow(content_type(&field).as_deref()) => {
                    self.file(&mut field, known).await?
                }
                _ => {
                    while self.next(&mut field).await?.is_some() {}
                    Some(PartValue::WrongType)
                }
            },
        };
        Ok(value.map(|value| Part { name, value }))
    }

    async fn text(
        &mut self,
        field: &mut multer::Field<'static>,
        known: Option<&FormField>,
    ) -> Result<Option<PartValue>, Error> {
        let mut text = Vec::new();
        let mut size = 0;
        while let Some(chunk) = self.next(field).await? {
            size += chunk.len();
            if size > self.limits.max_field_bytes {
                return Err(too_large(format!("A form field may have at most {} bytes", self.limits.max_field_bytes)));
            }
            if known.is_some() {
                self.hold(chunk.len())?;
                text.extend_from_slice(&chunk);
            }
        }
        Ok(Some(String::from_utf8(text).map_or(PartValue::NotUtf8, PartValue::Text)))
    }

    async fn file(
        &mut self,
        field: &mut multer::Field<'static>,
        known: &FormField,
    ) -> Result<Option<PartValue>, Error> {
        let file_name = field.file_name().map(str::to_owned);
        let (content_type, headers) = (content_type(field), field.headers().clone());
        let max_bytes = known.file.and_then(|rules| rules.max_bytes).unwrap_or(self.limits.max_file_bytes);
        let mut spool = Spool::new(if known.in_memory { None } else { Some(self.limits.spool_bytes) });
        while let Some(chunk) = self.next(field).await? {
            if spool.size() + chunk.len() as u64 > max_bytes {
                return Err(too_large(format!("The file `{}` may have at most {max_bytes} bytes", known.name)));
            }
            if known.in_memory {
                self.hold(chunk.len())?;
            }
            spool.write(&chunk).await?;
        }
        let size = spool.size();
        if size == 0 && file_name.as_deref().is_none_or(str::is_empty) {
            return Ok(None); // a file input that nobody has filled in (HTML §4.10.21.4)
        }
        let content = spool.finish().await?;
        let handle = format!("\u{1a}file {}", Uuid::now_v7());
        Ok(Some(PartValue::File(UploadFile::new(Shared { file_name, content_type, headers, size, content, handle }))))
    }

    async fn next(&self, field: &mut multer::Field<'static>) -> Result<Option<Bytes>, Error> {
        let chunk = field.chunk().await.map_err(|error| refused(error, self.spec, self.limits))?;
        self.silent.store(0, Ordering::Relaxed);
        Ok(chunk)
    }

    /// Counts what has to stay in memory
    fn hold(&mut self, bytes: usize) -> Result<(), Error> {
        self.memory += bytes;
        if self.memory > self.limits.max_body_bytes {
            let limit = self.limits.max_body_bytes;
            return Err(too_large(format!("What a form holds in memory may have at most {limit} bytes")));
        }
        Ok(())
    }
}

fn content_type(field: &multer::Field<'_>) -> Option<String> {
    field.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn too_large(detail: String) -> Error {
    Error::new(413, detail)
}

fn malformed(cause: impl fmt::Display) -> Error {
    Error::new(400, "There was an error parsing the body").with_code("body_malformed").with_log_detail(cause)
}

fn refused(error: multer::Error, spec: &FormSpec, limits: &Limits) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => {
            too_large(format!("The body may have at most {} bytes", max_bytes(spec, limits)))
        }
        multer::Error::StreamReadFailed(cause) if cause.is::<Silent>() => malformed(cause),
        multer::Error::StreamReadFailed(cause) => unreadable(&*cause),
        other => malformed(other),
    }
}

/// Too much was read without finding anything
#[derive(Debug)]
struct Silent;

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {MAX_SILENT_BYTES} bytes without a part")
    }
}

impl std::error::Error for Silent {}

/// The body, piece by piece, with a rest after each so that the parser uses one before it asks for the next
struct Pieces {
    body: Body,
    silent: Arc<AtomicUsize>,
    rests: bool,
}

impl Stream for Pieces {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            let frame = match std::task::ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                Some(Ok(frame)) => frame,
            };
            let Ok(piece) = frame.into_data() else { continue }; // trailers
            if self.silent.fetch_add(piece.len(), Ordering::Relaxed) > MAX_SILENT_BYTES {
                return Poll::Ready(Some(Err(Silent.into())));
            }
            self.rests = true;
            return Poll::Ready(Some(Ok(piece)));
        }
    }
}
