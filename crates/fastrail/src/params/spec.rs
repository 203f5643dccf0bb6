//! What the macro writes down for one argument, and the slot that holds it while it is read.

use std::future::Future;

use http::header::HeaderName;
use serde_json::Value;

use super::Kind;
use crate::error::Failure;
use crate::openapi::Example;
use crate::request::RequestContext;
use crate::schema::Rules;

/// Where an argument comes from
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// No attribute: a scalar is a query parameter, a model the body
    Auto,
    /// A placeholder of the path template
    Path,
    /// The query string
    Query,
    /// A header
    Header,
    /// A cookie
    Cookie,
    /// A field of an `application/x-www-form-urlencoded` body, or the whole form
    Form,
    /// The JSON body
    Body,
}

impl Source {
    /// As it stands in `loc` and, for parameters, in OpenAPI's `in`
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Auto | Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Form | Self::Body => "body",
        }
    }
}

/// The fixed facts of one argument
#[derive(Debug)]
pub struct Meta {
    /// The name on the wire: the alias, or the argument's name, hyphenated for headers
    pub name: &'static str,
    /// The same as a header name, for headers
    pub header: Option<HeaderName>,
    /// The title in the document, when it is not made from the name
    pub title: Option<&'static str>,
    /// The description in the document
    pub description: Option<&'static str>,
    /// Marked as deprecated in the document
    pub deprecated: bool,
    /// Left out of the document
    pub hidden: bool,
    /// An example value
    pub example: Option<fn() -> Value>,
    /// Several examples, each with its name
    pub openapi_examples: Option<fn() -> Vec<(String, Example)>>,
}

/// One argument, as the macro specifies it
pub trait ArgumentSpec: Sized + Send + 'static {
    /// The argument's type
    type Value: Send + 'static;

    /// How it is read: the type's own kind, or the provider that `#[depends(…)]` names
    type Kind: Kind<Self>;

    /// Where it comes from
    const SOURCE: Source;

    /// The fixed facts
    fn meta() -> &'static Meta;

    /// The declared constraints
    fn rules() -> &'static Rules {
        const { &Rules::NONE }
    }

    /// The value when the client sends none
    fn default() -> Option<Self::Value> {
        None
    }

    /// The same for the document
    fn default_json() -> Option<Value> {
        None
    }
}

/// An argument on its way from the request to the call
///
/// Generated code holds it as an opaque type ([`of::slot`](super::of::slot)): were the type known there, the compiler
/// would look into it and tell a wrong argument type a second time.
pub trait Slot<T>: Send {
    /// Settles a security argument; leaves the others alone
    ///
    /// # Errors
    /// What the dependency answers: usually 401 or 403.
    fn secure(&mut self, cx: &mut RequestContext) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Reads the argument, unless that has happened
    fn gather(&mut self, cx: &mut RequestContext);

    /// Yields the value
    ///
    /// # Errors
    /// What the dependency answers.
    fn resolve(self, cx: &mut RequestContext) -> impl Future<Output = Result<T, Failure>> + Send;
}

/// The state of an argument
pub(super) enum Progress<S: ArgumentSpec> {
    /// Not looked at yet, or could not be settled
    Empty,
    /// Read; its value follows when everything has fit
    Gathered(<S::Kind as Kind<S>>::Input),
    /// Settled before the others, because it is about security
    Ready(S::Value),
}

impl<S: ArgumentSpec> Slot<S::Value> for Progress<S> {
    async fn secure(&mut self, cx: &mut RequestContext) -> Result<(), Failure> {
        if !<S::Kind as Kind<S>>::SECURITY {
            return Ok(());
        }
        if <S::Kind as Kind<S>>::BODY {
            cx.buffer_body().await?;
        }
        let wrong_before = cx.error_count();
        let input = <S::Kind as Kind<S>>::gather(cx);
        cx.admitted()?;
        if cx.error_count() > wrong_before {
            return Ok(()); // the 422 will tell why it could not run
        }
        match <S::Kind as Kind<S>>::resolve(cx, input).await {
            Ok(value) => *self = Self::Ready(value),
            Err(Failure::Invalid) => {} // as above: what it shares with an earlier one did not fit
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    fn gather(&mut self, cx: &mut RequestContext) {
        if !<S::Kind as Kind<S>>::SECURITY {
            *self = Self::Gathered(<S::Kind as Kind<S>>::gather(cx));
        }
    }

    async fn resolve(self, cx: &mut RequestContext) -> Result<S::Value, Failure> {
        match self {
            Self::Ready(value) => Ok(value),
            Self::Gathered(input) => <S::Kind as Kind<S>>::resolve(cx, input).await,
            Self::Empty => Err(Failure::Invalid),
        }
    }
}
