//! App state: values that live as long as the app, found by type.

use std::any::{Any, TypeId};
use std::fmt;
use std::ops::Deref;

use crate::error::{Error, Failure};
use crate::openapi::OperationDoc;
use crate::params::{Argument, ArgumentSpec, Kind, Reading};
use crate::request::RequestContext;

/// A value that the app holds, cloned for the request: keep it cheap to clone (a pool, an `Arc`)
///
/// It comes from [`App::state`](crate::App::state) or a lifespan's [`provide`](crate::Lifespan::provide). The app
/// does not start when an operation takes a state that nothing provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State<T>(pub T);

impl<T> Deref for State<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// The typed values of an app; few, so a scan beats a hash
#[derive(Default)]
pub struct StateMap {
    values: Vec<(TypeId, Box<dyn Any + Send + Sync>)>,
}

impl StateMap {
    /// Sets the value of its type, in place of an earlier one
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        let id = TypeId::of::<T>();
        self.values.retain(|(other, _)| *other != id);
        self.values.push((id, Box::new(value)));
    }

    /// The value of a type
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.values.iter().find(|(id, _)| *id == TypeId::of::<T>()).and_then(|(_, value)| value.downcast_ref())
    }

    pub(crate) fn has_type(&self, id: TypeId) -> bool {
        self.values.iter().any(|(other, _)| *other == id)
    }
}

impl fmt::Debug for StateMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateMap").field("values", &self.values.len()).finish()
    }
}

/// The kind of [`State`]
#[derive(Debug)]
pub struct StateKind;

impl Reading for StateKind {}

impl<T: Clone + Send + Sync + 'static> Argument for State<T> {
    type Kind = StateKind;
}

impl<S, T> Kind<S> for StateKind
where
    S: ArgumentSpec<Value = State<T>>,
    T: Clone + Send + Sync + 'static,
{
    type Input = ();

    fn describe(doc: &mut OperationDoc<'_>) {
        doc.needs_state(TypeId::of::<T>(), std::any::type_name::<T>());
    }

    fn gather(_: &mut RequestContext) {}

    async fn resolve(cx: &mut RequestContext, (): ()) -> Result<State<T>, Failure> {
        if cx.app.overrides.has::<T>()
            && let Some(value) = cx.app.overrides.make::<T>()
        {
            return value.await.map(State).map_err(Failure::Error);
        }
        match cx.app.state().get::<T>() {
            Some(value) => Ok(State(value.clone())),
            None => Err(Failure::Error(Error::internal(format_args!(
                "nothing provides `State<{}>`: call `App::state` or `Lifespan::provide`",
                std::any::type_name::<T>()
            )))),
        }
    }
}
