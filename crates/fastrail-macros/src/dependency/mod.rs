//! `#[dependency]` on a fn and `#[derive(Dependency)]` on a struct.

mod function;
mod output;
mod structure;

pub(crate) use function::expand;
pub(crate) use structure::derive;
