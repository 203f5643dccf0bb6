//! Errors: what went wrong, and the one shape it is answered in.

mod validation;

pub use validation::{Location, Segment, ValidationError};
