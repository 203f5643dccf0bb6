//! The async validators of what an operation takes, with everything that they take and can answer.

use std::any::TypeId;
use std::fmt;

use super::OperationDoc;
use crate::params::{AsyncValidators, DynValidator};
use crate::schema::Schema;

/// The async validators of what an operation takes
#[derive(Default)]
pub(super) struct Validators {
    all: Vec<DynValidator>,
    described_now: Vec<TypeId>,
}

impl fmt::Debug for Validators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validators").field("all", &self.all.len()).finish_non_exhaustive()
    }
}

impl OperationDoc<'_> {
    /// Adds the async validators of type `T`, with everything that they take and can answer
    pub(crate) fn async_validators<T: Schema>(&mut self) {
        for validator in AsyncValidators::of::<T>() {
            let key = validator.key();
            if self.validators.described_now.contains(&key) {
                self.problem("an async validator takes an argument that it would have to check itself");
            } else if !self.validators.all.iter().any(|known| known.key() == key) {
                self.validators.all.push(validator);
                self.validators.described_now.push(key);
                validator.describe(self);
                self.validators.described_now.pop();
            }
        }
    }

    pub(crate) fn validators(&self) -> &[DynValidator] {
        &self.validators.all
    }
}
