//! What repositories run on: a [`Session`] or a [`ReadSession`].

use sea_orm::ConnectionTrait;

use super::{ReadSession, Session};

/// A way to the database. Repositories are generic over it: they read on any, and have their
/// writing methods on [`Session`] alone, so that code which holds a [`ReadSession`] cannot write.
///
/// Sealed: a third way would have to keep the promises that the hazards of the two pools ask for.
pub trait Connection: ConnectionTrait + Clone + Send + Sync + sealed::Sealed + 'static {}

impl Connection for Session {}
impl Connection for ReadSession {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Session {}
    impl Sealed for super::ReadSession {}
}
