//! What every repository can do with the rows of its table.

use std::marker::PhantomData;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect, Select, Value,
};

use super::{Connection, DatabaseError, Session};
use crate::models::{Page, PageRequest};

/// A table whose rows have one id and a version; implemented by `versioned!`.
pub trait Versioned:
    EntityTrait<
        Model: IntoActiveModel<Self::ActiveModel> + Clone + Send + Sync,
        ActiveModel: ActiveModelTrait<Entity = Self> + ActiveModelBehavior + Send,
    >
{
    /// The type of the id.
    type Id: Into<Value> + Clone + Send;
    /// The column of the id.
    const ID: Self::Column;
    /// The column of the version.
    const VERSION: Self::Column;

    /// The row's id.
    fn id(model: &Self::Model) -> Self::Id;
    /// The row's version.
    fn version_mut(model: &mut Self::Model) -> &mut i64;
}

/// Implements [`Versioned`] for an entity of `models`.
macro_rules! versioned {
    ($entity:ident, $id:ty) => {
        impl $crate::repositories::Versioned for $crate::models::$entity::Entity {
            type Id = $id;
            const ID: Self::Column = $crate::models::$entity::Column::Id;
            const VERSION: Self::Column = $crate::models::$entity::Column::Version;

            fn id(model: &Self::Model) -> Self::Id {
                Clone::clone(&model.id)
            }

            fn version_mut(model: &mut Self::Model) -> &mut i64 {
                &mut model.version
            }
        }
    };
}
pub(super) use versioned;

/// Reads the rows of a table on any [`Connection`], and writes them on a [`Session`].
#[derive(Debug, Clone)]
pub struct Repository<E, C> {
    connection: C,
    entity: PhantomData<E>,
}

impl<E: Versioned, C: Connection> Repository<E, C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { connection, entity: PhantomData }
    }

    /// The connection that it reads on.
    pub const fn connection(&self) -> &C {
        &self.connection
    }

    /// The row of this id.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get_by_id(&self, id: E::Id) -> Result<Option<E::Model>, DatabaseError> {
        self.find_one(E::find().filter(E::ID.eq(id))).await
    }

    /// The first row of a selection.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn find_one(&self, select: Select<E>) -> Result<Option<E::Model>, DatabaseError> {
        Ok(select.one(&self.connection).await?)
    }

    /// One page of a selection, and how many rows the selection has in all.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn list(&self, select: Select<E>, page: PageRequest) -> Result<Page<E::Model>, DatabaseError> {
        let total = select.clone().count(&self.connection).await?;
        let rows = select.offset(page.offset()).limit(u64::from(page.page_size()));
        let items = if page.offset() < total { rows.all(&self.connection).await? } else { Vec::new() };
        Ok(Page { items, total, page: page.page(), page_size: page.page_size() })
    }
}

impl<E: Versioned> Repository<E, Session> {
    /// Adds a row, as version 1.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when it breaks one.
    pub async fn create(&self, mut model: E::Model) -> Result<E::Model, DatabaseError> {
        *E::version_mut(&mut model) = 1;
        let row = model.clone().into_active_model().reset_all();
        E::insert(row).exec_without_returning(&self.connection).await?;
        Ok(model)
    }

    /// Replaces the row as long as it still has the version that was read, and counts the
    /// version up.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed or deleted since,
    /// [`DatabaseError::Constraint`] when the new row breaks one.
    pub async fn update(&self, mut model: E::Model) -> Result<E::Model, DatabaseError> {
        let version = E::version_mut(&mut model);
        let read = *version;
        *version += 1;
        let row = model.clone().into_active_model().reset_all();
        let updated = E::update_many()
            .set(row)
            .filter(E::ID.eq(E::id(&model)))
            .filter(E::VERSION.eq(read))
            .exec(&self.connection)
            .await?;
        if updated.rows_affected == 1 { Ok(model) } else { Err(DatabaseError::Stale) }
    }

    /// Removes the row for good as long as it still has the version that was read.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed or deleted since,
    /// [`DatabaseError::Constraint`] when other rows need it.
    pub async fn delete(&self, mut model: E::Model) -> Result<(), DatabaseError> {
        let read = *E::version_mut(&mut model);
        let deleted =
            E::delete_many().filter(E::ID.eq(E::id(&model))).filter(E::VERSION.eq(read)).exec(&self.connection).await?;
        if deleted.rows_affected == 1 { Ok(()) } else { Err(DatabaseError::Stale) }
    }
}
