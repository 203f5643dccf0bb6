//! HTTP/1 held to the letter, before hyper sees a byte.
//!
//! hyper is lenient where that is harmless for a server alone: a missing or double `Host`, bare line feeds, equal
//! `Content-Length`s, a length beside chunks. Behind or before a proxy that reads the same bytes in another way, each of
//! them is a request that one of the two does not see (RFC 9112 §11.2). So [`Guard`] stands between the socket and
//! hyper: it follows the framing of every message and hands on only what is sound; what is not is answered 400 (414, 431)
//! in the app's own shape, and the connection is closed.
//!
//! [`head`] reads a message's head, [`chunked`] follows a chunked body, [`refusal`] says what is wrong. All of them take
//! bytes from strangers; they are fuzzed (`fuzz/`), and they never allocate.

mod chunked;
mod guard;
mod head;
mod refusal;
#[cfg(test)]
mod tests;

pub(crate) use chunked::Chunked;
pub(crate) use guard::Guard;
pub(crate) use head::{Framing, HeadLimits, HeadReader};
pub(crate) use refusal::Refusal;
