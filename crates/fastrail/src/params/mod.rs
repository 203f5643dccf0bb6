//! Arguments of path operations (a stub beside which the schema room compiles; the real room replaces it).

/// A type that can be an argument of a path operation
pub trait Argument: Sized {
    /// How it is read
    type Kind;
}

/// A struct: a body, or a group of parameters
#[derive(Debug)]
pub struct ModelKind;

/// One piece of text
#[derive(Debug)]
pub struct ScalarKind;
