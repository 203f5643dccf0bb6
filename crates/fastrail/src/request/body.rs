//! The request's body: untouched, read into memory under a limit, or taken.

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::app::Limits;
use crate::error::{Error, Segment, ValidationError};
use crate::params::file::{Form, FormSpec, Part, PartValue, UploadFile, multipart};
use crate::schema::Issue;
use crate::serve::TooSlow;

/// The body of requests and responses: axum-core's, so that axum's extractors and responses fit
pub type Body = axum_core::body::Body;

/// How far the body has been read
#[derive(Debug)]
pub(crate) enum BodyState {
    Unread(Body),
    Buffered(Bytes),
    /// A `multipart/form-data` body
    Form(Form),
    Taken,
}

impl BodyState {
    /// Reads the whole body into memory
    ///
    /// # Errors
    /// 413 when it is longer than `limit` bytes, 415 when it is compressed, 408 when the client stalls, 400 when it broke
    /// off or its chunks are malformed.
    pub(crate) async fn buffer(&mut self, headers: &HeaderMap, limit: usize) -> Result<(), Error> {
        let Self::Unread(body) = self else { return Ok(()) };
        refuse_encoded(headers)?;
        refuse_declared_too_large(body, limit as u64)?;
        let body = std::mem::take(body);
        *self = Self::Taken;
        *self = Self::Buffered(collect(body, limit).await?);
        Ok(())
    }

    /// The length that the client declares for a body which is read as it comes
    ///
    /// # Errors
    /// 415 when it is compressed.
    pub(crate) fn announced(&self, headers: &HeaderMap) -> Result<Option<u64>, Error> {
        refuse_encoded(headers)?;
        Ok(headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()))
    }

    /// Reads a form with its files
    ///
    /// # Errors
    /// 413 when something in it is too large, 415 when it is compressed, 400 when it is malformed or breaks off.
    pub(crate) async fn read_form(
        &mut self,
        headers: &HeaderMap,
        spec: &FormSpec,
        limits: &Limits,
    ) -> Result<(), Error> {
        let Self::Unread(body) = self else { return Ok(()) };
        refuse_encoded(headers)?;
        refuse_declared_too_large(body, multipart::max_bytes(spec, limits))?;
        let body = std::mem::take(body);
        *self = Self::Taken;
        *self = Self::Form(multipart::read(body, headers, spec, limits).await?);
        Ok(())
    }

    /// The form, if the body was one of several parts
    pub(crate) fn form(&self) -> Option<&Form> {
        match self {
            Self::Form(form) => Some(form),
            Self::Unread(_) | Self::Buffered(_) | Self::Taken => None,
        }
    }

    /// The form's parts of a name
    pub(crate) fn parts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Part> {
        self.form().into_iter().flat_map(|form| &form.parts).filter(move |part| part.name == name)
    }

    /// The errors of the files that were sent for a field which takes text
    pub(crate) fn unexpected_files(&self, spec: &FormSpec) -> Vec<ValidationError> {
        let takes_text = |name: &str| spec.field(name).is_some_and(|field| field.file.is_none());
        let parts = self.form().into_iter().flat_map(|form| &form.parts);
        parts
            .filter(|part| matches!(part.value, PartValue::WrongType) && takes_text(&part.name))
            .map(|part| {
                let location = vec![Segment::from("body"), Segment::Field(part.name.clone().into())];
                ValidationError::new(location, Issue::new("string_type", "Input should be a valid string"), Value::Null)
            })
            .collect()
    }

    /// The form's files
    pub(crate) fn files(&self) -> Vec<UploadFile> {
        self.form().map(Form::files).unwrap_or_default()
    }

    /// The buffered bytes; empty before [`buffer`](Self::buffer)
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Buffered(bytes) => bytes,
            Self::Unread(_) | Self::Form(_) | Self::Taken => &[],
        }
    }

    /// The buffered bytes for another context of the same request
    pub(crate) fn share(&self) -> Self {
        match self {
            Self::Buffered(bytes) => Self::Buffered(bytes.clone()),
            Self::Unread(_) | Self::Form(_) | Self::Taken => Self::Taken,
        }
    }

    /// The buffered body, when it has been
    pub(crate) fn buffered(&self) -> Option<&Bytes> {
        match self {
            Self::Buffered(bytes) => Some(bytes),
            Self::Unread(_) | Self::Form(_) | Self::Taken => None,
        }
    }

    /// Takes the body out for someone who reads it as a whole
    pub(crate) fn take(&mut self) -> Body {
        match std::mem::replace(self, Self::Taken) {
            Self::Unread(body) => body,
            Self::Buffered(bytes) => Body::from(bytes),
            Self::Form(_) | Self::Taken => Body::empty(),
        }
    }
}

/// The bytes of a body
///
/// One that comes in a piece is not copied, and one whose length is known is not asked for its end: that would be told
/// only in the next round of the connection.
async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Error> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else { break };
        let Ok(data) = frame.map_err(|error| unreadable(&error))?.into_data() else { continue };
        if data.len() > limit - first.len().max(all.len()) {
            return Err(too_large(limit as u64));
        }
        if first.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&first);
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// A compressed body is refused, since its real size is unknown (RFC 9110 §8.4: 415)
fn refuse_encoded(headers: &HeaderMap) -> Result<(), Error> {
    match headers.get(CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(Error::new(415, "The body must be sent without a Content-Encoding")
                .with_code("unsupported_content_encoding"))
        }
        _ => Ok(()),
    }
}

/// The length that a client declares (`Content-Length`) is its body's least
fn refuse_declared_too_large(body: &Body, limit: u64) -> Result<(), Error> {
    if body.size_hint().lower() > limit { Err(too_large(limit)) } else { Ok(()) }
}

/// Why a body could not be read to its end
pub(crate) fn unreadable(error: &(dyn std::error::Error + 'static)) -> Error {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return Error::new(408, "The body came too slowly")
                .with_code("body_too_slow")
                .with_header(CONNECTION, HeaderValue::from_static("close"));
        }
        // What the guard says of malformed chunks; an I/O error is no source of its own.
        let refused = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(refused) = refused.and_then(|refused| refused.downcast_ref::<Error>()) {
            return Error::new(refused.status().as_u16(), refused.detail().clone())
                .with_code(refused.code().to_owned());
        }
        cause = error.source();
    }
    Error::new(400, "The request body could not be read").with_code("body_unreadable").with_log_detail(error)
}

fn too_large(limit: u64) -> Error {
    let error = Error::new(413, format!("The body may have at most {limit} bytes")).with_code("body_too_large");
    debug_assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
    error
}
