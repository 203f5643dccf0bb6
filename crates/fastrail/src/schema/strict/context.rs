//! What goes along on the way through a value: how deep it may still go, and what sets were given.

use std::cell::Cell;

use serde::de::Error;

/// Copied from level to level
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    depth: usize,
    set_items: &'c Cell<usize>,
}

impl<'c> Context<'c> {
    pub(super) fn new(depth: usize, set_items: &'c Cell<usize>) -> Self {
        Self { depth, set_items }
    }

    /// The levels that are left
    pub(super) fn depth(self) -> usize {
        self.depth
    }

    /// One level further in
    #[inline]
    pub(super) fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(too_deep)?;
        Ok(Self { depth, ..self })
    }

    /// A set has been given an item, which it may drop
    #[inline]
    pub(super) fn count_set_item(self) {
        self.set_items.set(self.set_items.get() + 1);
    }
}

/// The limit is reached; the slow path says where
pub(super) fn too_deep<E: Error>() -> E {
    E::custom("JSON input is nested too deeply")
}
