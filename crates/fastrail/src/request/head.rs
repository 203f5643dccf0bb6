//! A request's head on its way to what answers it.

use http::request::Parts;

/// A head that is handed on by reference and taken once: by value it would be copied at each step
#[derive(Debug)]
pub(crate) struct Head(Option<Parts>);

impl Head {
    pub(crate) fn of(parts: Parts) -> Self {
        Self(Some(parts))
    }

    pub(crate) fn parts(&self) -> &Parts {
        self.0.as_ref().expect("invariant: it has not been taken")
    }

    pub(crate) fn parts_mut(&mut self) -> &mut Parts {
        self.0.as_mut().expect("invariant: it has not been taken")
    }

    pub(crate) fn take(&mut self) -> Parts {
        self.0.take().expect("invariant: it is taken once")
    }
}
