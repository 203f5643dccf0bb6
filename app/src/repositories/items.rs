//! The rows of `items`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, ExprTrait, Func},
};

use super::{
    Connection, DatabaseError, Repository, Session, patterns::containing, repository::versioned, users::order,
};
use crate::models::{
    Item, ItemId, Page, PageRequest, Sort,
    item::{self, ItemFilter, ItemSort},
};

versioned!(item, ItemId);

/// Items; deleted ones are not found.
#[derive(Debug, Clone)]
pub struct ItemRepository<C> {
    rows: Repository<item::Entity, C>,
}

impl<C: Connection> ItemRepository<C> {
    /// A repository on a connection.
    pub const fn new(connection: C) -> Self {
        Self { rows: Repository::new(connection) }
    }

    /// The item of this id, whoever owns it.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn get_by_id(&self, id: ItemId) -> Result<Option<Item>, DatabaseError> {
        let select = living().filter(item::Column::Id.eq(id));
        self.rows.find_one(select).await
    }

    /// One page of items.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn list(
        &self,
        filter: &ItemFilter,
        sort: &Sort<ItemSort>,
        page: PageRequest,
    ) -> Result<Page<Item>, DatabaseError> {
        self.rows.list(ordered(filtered(filter), sort), page).await
    }
}

impl ItemRepository<Session> {
    /// Adds an item.
    ///
    /// # Errors
    /// [`DatabaseError::Constraint`] when there is no such owner.
    pub async fn create(&self, item: Item) -> Result<Item, DatabaseError> {
        self.rows.create(item).await
    }

    /// Replaces an item, as long as nobody else did since it was read.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when somebody did.
    pub async fn update(&self, item: Item) -> Result<Item, DatabaseError> {
        self.rows.update(item).await
    }

    /// Marks an item as deleted.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn delete(&self, mut item: Item, now: DateTime<Utc>) -> Result<Item, DatabaseError> {
        item.deleted_at = Some(now);
        item.updated_at = now;
        self.rows.update(item).await
    }
}

fn living() -> Select<item::Entity> {
    item::Entity::find().filter(item::Column::DeletedAt.is_null())
}

fn filtered(filter: &ItemFilter) -> Select<item::Entity> {
    let mut select = living();
    if let Some(owner_id) = filter.owner_id {
        select = select.filter(item::Column::OwnerId.eq(owner_id));
    }
    if let Some(typed) = &filter.q {
        // SQLite lowers ASCII only; other letters match in the same case.
        let lower = |column: item::Column| Expr::expr(Func::lower(Expr::col(column)));
        select = select.filter(
            Condition::any()
                .add(lower(item::Column::Name).like(containing(typed)))
                .add(lower(item::Column::Description).like(containing(typed))),
        );
    }
    select
}

fn ordered(mut select: Select<item::Entity>, sort: &Sort<ItemSort>) -> Select<item::Entity> {
    for (field, direction) in sort.keys() {
        let expression = match field {
            ItemSort::CreatedAt => Expr::col(item::Column::CreatedAt),
            ItemSort::UpdatedAt => Expr::col(item::Column::UpdatedAt),
            ItemSort::Name => Expr::expr(Func::lower(Expr::col(item::Column::Name))),
            // Prices are text. SQLite compares them as floats: right to 15 digits.
            ItemSort::Price => Expr::col(item::Column::Price).cast_as("numeric"),
        };
        select = select.order_by(expression, order(*direction));
    }
    select.order_by(item::Column::Id, Order::Asc)
}
