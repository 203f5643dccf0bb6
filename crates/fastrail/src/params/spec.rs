//! What the macro writes down for one argument, and the steps in which it is read.

use std::future::{Future, ready};

use futures_util::future::Either;
use http::header::HeaderName;
use serde_json::Value;

use super::{FileRules, Kind, Reading, Style};
use crate::error::Failure;
use crate::openapi::{NamedExamples, OperationDoc};
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
    /// A file in a `multipart/form-data` body
    File,
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
            Self::Form | Self::File | Self::Body => "body",
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
    /// Example values for the schema
    pub examples: Option<fn() -> Vec<Value>>,
    /// Several examples, each with its name
    pub openapi_examples: Option<fn() -> NamedExamples>,
}

/// One argument, as the macro specifies it
pub trait ArgumentSpec: Sized + Send + 'static {
    /// The argument's type
    type Value: Send + 'static;

    /// How it is read: the type's own kind, or the provider that `#[depends(…)]` names
    type Kind: Take<Self>;

    /// Where it comes from
    const SOURCE: Source;

    /// Whether it is a field of the JSON body though no other argument reads that: `#[body(embed)]`
    const EMBED: bool = false;

    /// How a list or a struct is written into the query
    const STYLE: Style = Style::Form;

    /// The fixed facts
    fn meta() -> &'static Meta;

    /// The declared constraints
    fn rules() -> &'static Rules {
        const { &Rules::NONE }
    }

    /// The declared rules of a file
    fn file_rules() -> &'static FileRules {
        &FileRules::ANY
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

/// How generated code takes an argument; every [`Kind`] has it
///
/// What is gathered, and what is left of it after each step, are opaque types here and in [`of`](super::of): were they
/// known where the code is generated, the compiler would look into them and tell a wrong argument type once more.
#[diagnostic::on_unimplemented(
    message = "an argument of this type cannot be taken in this way",
    label = "wrong type for this argument",
    note = "a parameter wants a scalar or a list of them, a body a model; `Option` is for parameters, bodies and credentials: a dependency that may be absent holds an `Option` itself; with `#[depends(…)]` take the type that the named fn returns"
)]
pub trait Take<S: ArgumentSpec>: 'static {
    /// What is known of it when it is compiled
    const FACTS: Facts;
    /// See [`Kind::describe`]
    fn describe(doc: &mut OperationDoc<'_>);
    /// See [`Kind::gather`]
    fn gather(cx: &mut RequestContext) -> impl Pending<S::Value> + use<Self, S>;
}

/// What is known of an argument, or of a dependency with everything that it takes, when it is compiled
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// See [`Kind::SECURITY`]
    pub security: bool,
    /// See [`Kind::BODY`]
    pub body: bool,
    /// Whether a teardown ends something of it before the answer is sent
    pub ends_before_response: bool,
}

impl Facts {
    /// What is true of any of them
    pub const fn any(all: &[Self]) -> Self {
        let mut facts = Self { security: false, body: false, ends_before_response: false };
        let mut index = 0;
        while index < all.len() {
            facts.security |= all[index].security;
            facts.body |= all[index].body;
            facts.ends_before_response |= all[index].ends_before_response;
            index += 1;
        }
        facts
    }

    /// The same of a guard, which is settled like a credential
    #[must_use]
    pub const fn guarding(self) -> Self {
        Self { security: true, ..self }
    }

    /// The same of a dependency that has a teardown
    #[must_use]
    pub const fn ending_before_response(self) -> Self {
        Self { ends_before_response: true, ..self }
    }
}

/// Something that has been gathered, and yields its value once every input of the request has fit
///
/// The framework's own steps are plain fns that return a future: an `async fn` would hold what it is given twice.
pub trait Pending<T>: Send + 'static {
    /// Runs the async validators of what was read; what does not fit is noted
    ///
    /// # Errors
    /// What a validator answers that could not tell.
    fn validate(&mut self, _: &mut RequestContext) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }

    /// Yields the value
    ///
    /// # Errors
    /// What a dependency answers.
    fn resolve(self, cx: &mut RequestContext) -> impl Future<Output = Result<T, Failure>> + Send;
}

impl<S: ArgumentSpec, K: Kind<S> + Reading> Take<S> for K {
    const FACTS: Facts = Facts { security: K::SECURITY, body: K::BODY, ends_before_response: false };

    fn describe(doc: &mut OperationDoc<'_>) {
        K::describe(doc);
    }

    fn gather(cx: &mut RequestContext) -> impl Pending<S::Value> + use<S, K> {
        Gathered::<S, K> { input: K::gather(cx), validated: false }
    }
}

/// What a kind has gathered
struct Gathered<S: ArgumentSpec, K: Kind<S>> {
    input: K::Input,
    /// Whether its async validators have run
    validated: bool,
}

impl<S: ArgumentSpec, K: Kind<S>> Pending<S::Value> for Gathered<S, K> {
    async fn validate(&mut self, cx: &mut RequestContext) -> Result<(), Failure> {
        self.validated = true;
        K::validate(cx, &mut self.input).await
    }

    fn resolve(mut self, cx: &mut RequestContext) -> impl Future<Output = Result<S::Value, Failure>> + Send {
        if self.validated || !cx.has_async_validators() {
            return Either::Left(K::resolve(cx, self.input));
        }
        // An argument of a dependency, whose turn comes now.
        Either::Right(Box::pin(async move {
            K::validate(cx, &mut self.input).await?;
            K::resolve(cx, self.input).await
        }))
    }
}

/// An argument after the step in which those about security are settled
pub trait Secured<T>: Send + 'static {
    /// Reads the argument, unless that has happened
    fn gather(self, cx: &mut RequestContext) -> impl Pending<T> + use<Self, T>;
}

/// The result of that step
pub(super) enum Security<S: ArgumentSpec> {
    /// It is not about security
    Later,
    /// It is settled
    Ready(S::Value),
    /// An input of it did not fit; the 422 will tell
    Invalid,
}

impl<S: ArgumentSpec> Security<S> {
    pub(super) fn settle(cx: &mut RequestContext) -> impl Future<Output = Result<Self, Failure>> + Send {
        if S::Kind::FACTS.security { Either::Left(Self::settled(cx)) } else { Either::Right(ready(Ok(Self::Later))) }
    }

    async fn settled(cx: &mut RequestContext) -> Result<Self, Failure> {
        if S::Kind::FACTS.body {
            Box::pin(cx.buffer_body()).await?; // few do
        }
        let wrong_before = cx.error_count();
        let pending = S::Kind::gather(cx);
        cx.admitted()?;
        if cx.error_count() > wrong_before {
            return Ok(Self::Invalid); // the 422 will tell why it could not run
        }
        match pending.resolve(cx).await {
            Ok(value) => Ok(Self::Ready(value)),
            Err(Failure::Invalid) => Ok(Self::Invalid), // as above: what it shares with an earlier one did not fit
            Err(failure) => Err(failure),
        }
    }
}

impl<S: ArgumentSpec> Secured<S::Value> for Security<S> {
    fn gather(self, cx: &mut RequestContext) -> impl Pending<S::Value> + use<S> {
        match self {
            Self::Later => Progress::Gathered(S::Kind::gather(cx)),
            Self::Ready(value) => Progress::Ready(value),
            Self::Invalid => Progress::Invalid,
        }
    }
}

/// An argument whose value is about to be needed
enum Progress<T, P> {
    Gathered(P),
    Ready(T),
    Invalid,
}

impl<T: Send + 'static, P: Pending<T>> Pending<T> for Progress<T, P> {
    async fn validate(&mut self, cx: &mut RequestContext) -> Result<(), Failure> {
        let Self::Gathered(pending) = self else { return Ok(()) };
        match pending.validate(cx).await {
            Err(Failure::Invalid) => Ok(()), // the verdict tells it together with what the other arguments find
            told => told,
        }
    }

    fn resolve(self, cx: &mut RequestContext) -> impl Future<Output = Result<T, Failure>> + Send {
        match self {
            Self::Gathered(pending) => Either::Left(pending.resolve(cx)),
            Self::Ready(value) => Either::Right(ready(Ok(value))),
            Self::Invalid => Either::Right(ready(Err(Failure::Invalid))),
        }
    }
}
