//! An async validator as an object, and what a request has made for them.

use std::any::{Any, TypeId};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::AsyncValidator;
use crate::error::Failure;
use crate::openapi::OperationDoc;
use crate::params::Pending;
use crate::request::RequestContext;

/// An async validator that an endpoint's input can need
pub(crate) type DynValidator = &'static dyn AnyValidator;

/// [`AsyncValidator`] as an object
pub(crate) trait AnyValidator: Send + Sync {
    fn key(&self) -> TypeId;
    fn is_security(&self) -> bool;
    fn describe(&self, doc: &mut OperationDoc<'_>);
    fn gather(&self, cx: &mut RequestContext) -> BoxedInput;
}

/// What a validator has gathered
pub(crate) type BoxedInput = Box<dyn AnyInput>;

/// What its arguments have become
pub(crate) type BoxedArguments = Box<dyn Any + Send>;

/// `Pending` as an object
pub(crate) trait AnyInput: Send {
    fn resolve(self: Box<Self>, cx: &mut RequestContext) -> BoxFuture<'_, Result<BoxedArguments, Failure>>;
}

struct Input<V, P>(P, PhantomData<fn() -> V>);

impl<V: AsyncValidator, P: Pending<V::Arguments>> AnyInput for Input<V, P> {
    fn resolve(self: Box<Self>, cx: &mut RequestContext) -> BoxFuture<'_, Result<BoxedArguments, Failure>> {
        Box::pin(async move { Ok(Box::new(self.0.resolve(cx).await?) as BoxedArguments) })
    }
}

struct Erased<V>(PhantomData<fn() -> V>);

/// The object of a validator
pub(super) fn erased<V: AsyncValidator>() -> DynValidator {
    const { &Erased::<V>(PhantomData) }
}

impl<V: AsyncValidator> AnyValidator for Erased<V> {
    fn key(&self) -> TypeId {
        TypeId::of::<V>()
    }

    fn is_security(&self) -> bool {
        V::SECURITY
    }

    fn describe(&self, doc: &mut OperationDoc<'_>) {
        V::describe(doc);
    }

    fn gather(&self, cx: &mut RequestContext) -> BoxedInput {
        Box::new(Input::<V, _>(V::gather(cx), PhantomData))
    }
}

/// What the async validators of one request take
#[derive(Default)]
pub(crate) struct ValidatorState {
    inputs: Vec<(TypeId, BoxedInput)>,
    arguments: Vec<(TypeId, BoxedArguments)>,
}

impl ValidatorState {
    /// What the arguments of validator `V` have become
    pub(super) fn arguments<V: AsyncValidator>(&self) -> Option<V::Arguments> {
        let (_, arguments) = self.arguments.iter().find(|(key, _)| *key == TypeId::of::<V>())?;
        (**arguments).downcast_ref::<V::Arguments>().cloned()
    }

    /// Settles those that take a credential
    ///
    /// # Errors
    /// What their dependencies answer.
    pub(crate) async fn secure(cx: &mut RequestContext) -> Result<(), Failure> {
        let endpoint = Arc::clone(&cx.endpoint);
        for validator in endpoint.validators.iter().filter(|validator| validator.is_security()) {
            let wrong_before = cx.error_count();
            let input = validator.gather(cx);
            cx.admitted()?;
            if cx.error_count() > wrong_before {
                continue; // the 422 will tell
            }
            match input.resolve(cx).await {
                Ok(arguments) => cx.rare_mut().validators.arguments.push((validator.key(), arguments)),
                Err(Failure::Invalid) => {} // as above
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// Reads what the others take
    pub(crate) fn gather(cx: &mut RequestContext) {
        let endpoint = Arc::clone(&cx.endpoint);
        for validator in endpoint.validators.iter().filter(|validator| !validator.is_security()) {
            let input = validator.gather(cx);
            cx.rare_mut().validators.inputs.push((validator.key(), input));
        }
    }

    /// Makes what these take, unless that has happened
    ///
    /// It ends, since the build refuses a validator that takes what it checks itself.
    pub(super) async fn prepare(cx: &mut RequestContext, validators: &[DynValidator]) -> Result<(), Failure> {
        for validator in validators {
            let key = validator.key();
            let state = &mut cx.rare_mut().validators;
            if state.arguments.iter().any(|(other, _)| *other == key) {
                continue;
            }
            let gathered = state.inputs.iter().position(|(other, _)| *other == key);
            let input = match gathered {
                Some(at) => state.inputs.swap_remove(at).1,
                // A security dependency has a body of its own, and validators run before the others are gathered.
                None => validator.gather(cx),
            };
            cx.admitted()?;
            let arguments = input.resolve(cx).await?;
            cx.rare_mut().validators.arguments.push((key, arguments));
        }
        Ok(())
    }
}

impl fmt::Debug for ValidatorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatorState").field("arguments", &self.arguments.len()).finish_non_exhaustive()
    }
}
