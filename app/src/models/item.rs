//! The table `items`: the sample resource, owned by its maker.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{Direction, ItemId, ItemName, Price, Sort, SortField, Tags, UserId};

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "items")]
pub struct Model {
    /// Names the item.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ItemId,
    /// Who made it.
    pub owner_id: UserId,
    /// What it is called.
    pub name: ItemName,
    /// What it costs.
    pub price: Price,
    /// More about it.
    pub description: Option<String>,
    /// What it is found by.
    pub tags: Tags,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted, if so.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a list of items can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemSort {
    /// By the time of making.
    CreatedAt,
    /// By the time of the last change.
    UpdatedAt,
    /// By name.
    Name,
    /// By price.
    Price,
}

impl SortField for ItemSort {
    const FIELDS: &'static [(&'static str, Self)] = &[
        ("created_at", Self::CreatedAt),
        ("updated_at", Self::UpdatedAt),
        ("name", Self::Name),
        ("price", Self::Price),
    ];
}

impl Default for Sort<ItemSort> {
    fn default() -> Self {
        Self::by(ItemSort::CreatedAt, Direction::Ascending)
    }
}

/// Which items a list has; deleted ones never.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFilter {
    /// Part of the name or the description, without case.
    pub q: Option<String>,
    /// Only those that this user made.
    pub owner_id: Option<UserId>,
}
