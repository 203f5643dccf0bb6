//! What can stand in front of a reply: a status, headers, cookies.

use axum_core::response::Response;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::Reply;
use crate::error::Error;
use crate::openapi::{OperationDoc, ResponseDoc};

/// A part of a reply: `(StatusCode, Item)`, `([(LOCATION, url)], Item)`, `(SetCookie, HeaderMap, Item)`
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in front of a reply",
    label = "neither a status nor headers nor a cookie",
    note = "in front of the last element stand `StatusCode`, `HeaderMap`, `[(HeaderName, value); N]` or `SetCookie`"
)]
pub trait ReplyPart {
    /// Adds itself to the documented answer
    fn describe(response: ResponseDoc) -> ResponseDoc {
        response
    }

    /// Adds itself to the answer
    ///
    /// # Errors
    /// 500 when a value cannot stand in a header.
    fn apply(self, response: &mut Response) -> Result<(), Error>;
}

impl ReplyPart for StatusCode {
    fn describe(response: ResponseDoc) -> ResponseDoc {
        response.with_any_status()
    }

    fn apply(self, response: &mut Response) -> Result<(), Error> {
        *response.status_mut() = self;
        Ok(())
    }
}

impl ReplyPart for HeaderMap {
    fn apply(self, response: &mut Response) -> Result<(), Error> {
        response.headers_mut().extend(self);
        Ok(())
    }
}

impl<V, const N: usize> ReplyPart for [(HeaderName, V); N]
where
    V: TryInto<HeaderValue>,
    V::Error: std::fmt::Display,
{
    fn apply(self, response: &mut Response) -> Result<(), Error> {
        for (name, value) in self {
            let value = value.try_into().map_err(Error::internal)?;
            response.headers_mut().insert(name, value);
        }
        Ok(())
    }
}

impl<P: ReplyPart> ReplyPart for Option<P> {
    fn describe(response: ResponseDoc) -> ResponseDoc {
        P::describe(response)
    }

    fn apply(self, response: &mut Response) -> Result<(), Error> {
        match self {
            Some(part) => part.apply(response),
            None => Ok(()),
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident),+)),+ $(,)?) => { $(
        impl<$($part: ReplyPart,)+ Last: Reply> Reply for ($($part,)+ Last) {
            const STATUS: StatusCode = Last::STATUS;

            fn describe(doc: &mut OperationDoc<'_>, status: StatusCode) {
                Last::describe(doc, status);
                doc.adorn_response(status, |response| { $(let response = $part::describe(response);)+ response });
            }

            #[allow(non_snake_case, reason = "the macro names the parts after their types")]
            fn into_reply(self, status: StatusCode) -> Result<Response, Error> {
                let ($($part,)+ last) = self;
                let mut response = last.into_reply(status)?;
                $($part.apply(&mut response)?;)+
                Ok(response)
            }
        }
    )+ };
}

tuples! { (A), (A, B), (A, B, C), (A, B, C, D) }
