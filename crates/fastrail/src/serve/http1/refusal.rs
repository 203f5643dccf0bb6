//! Why a message is refused, and how that is answered.

use http::header::{CONNECTION, HeaderValue};

use crate::error::Error;

/// What is wrong with a message
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A line ends with a line feed alone (RFC 9112 §2.2 allows it to be taken; proxies differ)
    BareLineFeed,
    /// The request line is not `METHOD SP target SP HTTP/1.x`
    RequestLine,
    /// The target holds what must be percent-encoded, or a fragment
    Target,
    /// The target is longer than the limit
    TargetTooLong,
    /// A field goes on in the next line (RFC 9112 §5.2)
    FoldedField,
    /// More fields than the limit
    TooManyFields,
    /// A longer head than the limit
    HeadTooLarge,
    /// HTTP/1.1 without a `Host`
    NoHost,
    /// Two `Host`s
    SecondHost,
    /// A `Host` that is no host
    Host,
    /// A target with another host than `Host`'s or `:authority`'s
    OtherHost,
    /// A `Content-Length` that is no number, or a second one
    ContentLength,
    /// A `Content-Length` beside a `Transfer-Encoding`
    TwoLengths,
    /// Another `Transfer-Encoding` than `chunked`, or a second one
    TransferEncoding,
    /// A chunk that is none
    Chunk,
    /// The head came too slowly
    HeadTooSlow,
}

impl Refusal {
    /// The error in the app's shape; the connection is closed after it
    pub(crate) fn error(self) -> Error {
        let (status, code, detail) = match self {
            Self::BareLineFeed => (400, "bare_line_feed", "Lines must end with CR LF"),
            Self::RequestLine => (400, "bad_request_line", "The request line is malformed"),
            Self::Target => (400, "bad_target", "The request's target must be percent-encoded and have no fragment"),
            Self::TargetTooLong => (414, "uri_too_long", "The request's target is too long"),
            Self::FoldedField => (400, "folded_header", "A header must stand on one line"),
            Self::TooManyFields => (431, "too_many_headers", "The request has too many headers"),
            Self::HeadTooLarge => (431, "headers_too_large", "The request's headers are too large"),
            Self::NoHost => (400, "host_missing", "The header Host is required"),
            Self::SecondHost => (400, "host_repeated", "The header Host may stand only once"),
            Self::Host => (400, "bad_host", "The header Host is malformed"),
            Self::OtherHost => (400, "host_mismatch", "The target and the header Host name different hosts"),
            Self::ContentLength => (400, "bad_content_length", "Content-Length must be one whole number"),
            Self::TwoLengths => (400, "two_lengths", "Content-Length and Transfer-Encoding exclude each other"),
            Self::TransferEncoding => {
                (400, "bad_transfer_encoding", "Transfer-Encoding must be chunked, and nothing else")
            }
            Self::Chunk => (400, "bad_chunk", "The chunked body is malformed"),
            Self::HeadTooSlow => (408, "headers_too_slow", "The request's headers took too long"),
        };
        Error::new(status, detail).with_code(code).with_header(CONNECTION, HeaderValue::from_static("close"))
    }
}
