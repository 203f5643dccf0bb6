//! `Error`: any failure on its way to the client, whatever its type was.

use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::fmt;

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{ApiError, ErrorFormat, ValidationError};

/// A failure with its status, code, message and headers: the concrete error type of the framework
///
/// Every [`ApiError`] converts into it, and it can be made on the spot, like FastAPI's `HTTPException`:
///
/// ```
/// use fastrail::Error;
///
/// let error = Error::new(404, "Item not found").with_code("item_not_found");
/// assert_eq!(error.status().as_u16(), 404);
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Value,
    documentation: Option<Cow<'static, str>>,
    headers: HeaderMap,
    log_detail: Option<String>,
    format: Option<&'static dyn ErrorFormat>,
    validation: Vec<ValidationError>,
    origin: Option<Box<dyn Origin>>,
}

impl Error {
    /// A failure with a status and a detail that is safe for strangers: a sentence, or any JSON
    ///
    /// A status outside 400–599 becomes 500, since an error cannot be a success.
    pub fn new(status: u16, detail: impl Into<Value>) -> Self {
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| status.is_client_error() || status.is_server_error())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::with_status(status, detail.into())
    }

    /// The answer of a bare status: its standard phrase
    pub fn of_status(status: StatusCode) -> Self {
        Self::with_status(status, status.canonical_reason().unwrap_or("Error").into())
    }

    /// 500 whose cause only the log sees
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR).with_log_detail(cause)
    }

    /// Why an app does not start: told as it is, since it goes to whoever starts it and never to a client
    pub(crate) fn cannot_start(cause: impl fmt::Display) -> Self {
        Self::with_status(StatusCode::INTERNAL_SERVER_ERROR, Value::from(cause.to_string()))
    }

    fn with_status(status: StatusCode, detail: Value) -> Self {
        Self::coded(status, default_code(status), detail)
    }

    fn coded(status: StatusCode, code: Cow<'static, str>, detail: Value) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            detail,
            documentation: None,
            headers: HeaderMap::new(),
            log_detail: None,
            format: None,
            validation: Vec::new(),
            origin: None,
        }))
    }

    /// 422 with every error of the request
    pub(crate) fn validation(errors: Vec<ValidationError>) -> Self {
        let mut error = Self::coded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "validation_failed".into(),
            Value::from("The request does not fit what this operation takes; see the errors"),
        );
        error.0.validation = errors;
        error
    }

    /// Sets the stable code; by default it is made from the status: `not_found`
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Adds a header to the answer
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Sets what only the log may say
    #[must_use]
    pub fn with_log_detail(mut self, cause: impl fmt::Display) -> Self {
        self.0.log_detail = Some(cause.to_string());
        self
    }

    /// The HTTP status
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What a stranger may know: a sentence, or any JSON
    pub fn detail(&self) -> &Value {
        &self.0.detail
    }

    /// Where people can read more
    pub fn documentation(&self) -> Option<&str> {
        self.0.documentation.as_deref()
    }

    /// The headers of the answer
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// What only the log may say
    pub fn log_detail(&self) -> Option<&str> {
        self.0.log_detail.as_deref()
    }

    /// The errors of a 422; empty for every other failure
    pub fn validation_errors(&self) -> &[ValidationError] {
        &self.0.validation
    }

    /// Whether this is a failed validation
    pub fn is_validation(&self) -> bool {
        !self.0.validation.is_empty()
    }

    pub(crate) fn format(&self) -> Option<&'static dyn ErrorFormat> {
        self.0.format
    }

    /// The type of the error this came from
    pub(crate) fn origin_type(&self) -> Option<TypeId> {
        self.0.origin.as_ref().map(|origin| origin.id())
    }

    /// Takes the typed error out again, for a handler of its type
    pub(crate) fn take_origin<E: 'static>(&mut self) -> Option<E> {
        self.0.origin.take()?.into_any().downcast::<E>().ok().map(|value| *value)
    }

    /// Makes this the error that a transparent variant holds; `false`: it holds none
    pub(crate) fn unwrap_transparent(&mut self) -> bool {
        match self.0.origin.take().map(Origin::unwrap_transparent) {
            Some(Ok(inner)) => {
                *self = inner;
                true
            }
            Some(Err(origin)) => {
                self.0.origin = Some(origin);
                false
            }
            None => false,
        }
    }
}

/// The typed error that an [`Error`] was made of
trait Origin: Send + Sync {
    fn id(&self) -> TypeId;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
    fn unwrap_transparent(self: Box<Self>) -> Result<Error, Box<dyn Origin>>;
}

impl<E: ApiError> Origin for E {
    fn id(&self) -> TypeId {
        TypeId::of::<E>()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn unwrap_transparent(self: Box<Self>) -> Result<Error, Box<dyn Origin>> {
        self.into_transparent().map_err(|own| Box::new(own) as Box<dyn Origin>)
    }
}

impl<E: ApiError> From<E> for Error {
    fn from(error: E) -> Self {
        let mut headers = HeaderMap::new();
        error.headers(&mut headers);
        Self(Box::new(Inner {
            status: error.status(),
            code: error.code(),
            detail: error.message().into(),
            documentation: error.documentation(),
            headers,
            log_detail: error.log_detail(),
            format: error.format(),
            validation: Vec::new(),
            origin: Some(Box::new(error)),
        }))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match self.log_detail() {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.detail {
            Value::String(text) => f.write_str(text),
            other => write!(f, "{other}"),
        }
    }
}

impl std::error::Error for Error {}

/// `404` → `not_found`
fn default_code(status: StatusCode) -> Cow<'static, str> {
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => "internal_error".into(),
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large".into(),
        _ => status
            .canonical_reason()
            .map(|reason| reason.to_ascii_lowercase().replace([' ', '-'], "_").replace('\'', ""))
            .unwrap_or_else(|| format!("status_{}", status.as_u16()))
            .into(),
    }
}
