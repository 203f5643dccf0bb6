//! Replacements of dependencies and app state by type, for tests.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::Error;

type Made = BoxFuture<'static, Result<Box<dyn Any + Send>, Error>>;

/// What an app has replaced; asking costs one branch while nothing is
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    makers: Option<HashMap<TypeId, Arc<dyn Fn() -> Made + Send + Sync>>>,
}

impl Overrides {
    pub(crate) fn set<T, F, Fut>(&mut self, make: F)
    where
        T: Clone + Send + 'static,
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let maker = move || -> Made {
            let value = make();
            Box::pin(async move { value.await.map(|value| Box::new(value) as Box<dyn Any + Send>) })
        };
        self.makers.get_or_insert_with(HashMap::new).insert(TypeId::of::<T>(), Arc::new(maker));
    }

    /// Whether `T` is replaced
    pub(crate) fn has<T: 'static>(&self) -> bool {
        self.has_type(TypeId::of::<T>())
    }

    pub(crate) fn has_type(&self, id: TypeId) -> bool {
        match &self.makers {
            None => false,
            Some(makers) => makers.contains_key(&id),
        }
    }

    /// The replacement of `T`
    pub(crate) fn make<T: 'static>(&self) -> Option<impl Future<Output = Result<T, Error>> + Send + use<T>> {
        let made = self.makers.as_ref()?.get(&TypeId::of::<T>())?();
        Some(async move {
            match made.await?.downcast::<T>() {
                Ok(value) => Ok(*value),
                Err(_) => Err(Error::internal("an override made a value of another type")),
            }
        })
    }
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides").field("types", &self.makers.as_ref().map_or(0, HashMap::len)).finish()
    }
}
