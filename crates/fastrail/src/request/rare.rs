//! What few requests have; in one box, so that the others neither make nor drop it.

use std::any::TypeId;

use crate::background::BackgroundTasks;
use crate::dependency::{AnyKept, Teardowns};
use crate::error::{Error, ValidationError};
use crate::params::ValidatorState;

use super::RequestContext;

/// A dependency's value, kept for its second use in the same request
pub(super) type Resolved = (TypeId, Box<dyn AnyKept>);

/// Errors, what dependencies share, and what is left to do after the operation
#[derive(Default)]
pub(crate) struct Rare {
    pub(super) errors: Vec<ValidationError>,
    pub(super) refusal: Option<Error>,
    pub(super) refused_body: Option<Box<Error>>,
    pub(super) gathered: Vec<TypeId>,
    pub(super) resolved: Vec<Resolved>,
    pub(crate) validators: ValidatorState,
    pub(crate) teardowns: Teardowns,
    /// What is left to do after the answer
    pub(crate) background: Option<BackgroundTasks>,
}

impl RequestContext {
    pub(crate) fn rare(&self) -> Option<&Rare> {
        self.rare.as_deref()
    }

    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Whether nothing is left to do when the operation has answered, as for most requests
    pub(crate) fn is_done(&self) -> bool {
        self.rare().is_none_or(|rare| rare.teardowns.is_empty() && rare.background.is_none())
    }
}
