//! Items, the sample resource: owned by their makers, seen by nobody else but those who may see
//! all. Made to be copied.

use super::{clock::Clock, principal::CurrentUser, random};
use crate::{
    models::{
        Item, ItemId, ItemName, Page, PageRequest, Patch, Permission, Price, Sort, Tags,
        item::{ItemFilter, ItemSort},
    },
    repositories::{Connection, DatabaseError, ItemRepository, Session},
};

/// Why a use case of items failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ItemError {
    /// There is no such item, or it is somebody else's: the two must not be told apart.
    #[error("there is no such item")]
    NotFound,
    /// The changes name no field.
    #[error("there is nothing to change")]
    NothingToChange,
    /// Somebody else changed the item at the same time.
    #[error("the item was changed meanwhile")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Database(DatabaseError),
}

impl From<DatabaseError> for ItemError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Stale => Self::Changed,
            error => Self::Database(error),
        }
    }
}

/// What makes an item.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// What it is called.
    pub name: ItemName,
    /// What it costs.
    pub price: Price,
    /// More about it.
    pub description: Option<String>,
    /// What it is found by.
    pub tags: Tags,
}

/// What may be changed of an item; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ItemChanges {
    /// Another name.
    pub name: Option<ItemName>,
    /// Another price.
    pub price: Option<Price>,
    /// Another description, or none.
    pub description: Patch<String>,
    /// Other tags.
    pub tags: Option<Tags>,
}

/// The use cases of items: reading on any connection, writing on a [`Session`] whose commit is
/// the caller's.
#[derive(Debug, Clone)]
pub struct ItemService<C> {
    items: ItemRepository<C>,
    clock: Clock,
}

impl<C: Connection> ItemService<C> {
    /// The use cases on a connection.
    pub const fn new(connection: C, clock: Clock) -> Self {
        Self { items: ItemRepository::new(connection), clock }
    }

    /// Reads an item of the caller's, or anybody's for holders of `items:read_all`.
    ///
    /// # Errors
    /// [`ItemError::NotFound`].
    pub async fn get(&self, user: &CurrentUser, id: ItemId) -> Result<Item, ItemError> {
        self.find(user, id, &Permission::ITEMS_READ_ALL).await
    }

    /// Lists the caller's items, or everybody's for holders of `items:read_all`. Others' items
    /// are an empty list to those who may not see them.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn list(
        &self,
        user: &CurrentUser,
        mut filter: ItemFilter,
        sort: &Sort<ItemSort>,
        page: PageRequest,
    ) -> Result<Page<Item>, DatabaseError> {
        if !user.may(&Permission::ITEMS_READ_ALL) {
            if filter.owner_id.is_some_and(|owner| owner != user.id) {
                return Ok(Page::empty(page));
            }
            filter.owner_id = Some(user.id);
        }
        self.items.list(&filter, sort, page).await
    }

    async fn find(&self, user: &CurrentUser, id: ItemId, all: &Permission) -> Result<Item, ItemError> {
        let item = self.items.get_by_id(id).await?;
        item.filter(|item| item.owner_id == user.id || user.may(all)).ok_or(ItemError::NotFound)
    }
}

impl ItemService<Session> {
    /// Makes an item that the caller owns.
    ///
    /// # Errors
    /// [`DatabaseError`], and nothing else.
    pub async fn create(&self, user: &CurrentUser, new: NewItem) -> Result<Item, DatabaseError> {
        let now = self.clock.now();
        let item = Item {
            id: random::uuid_v7(now).into(),
            owner_id: user.id,
            name: new.name,
            price: new.price,
            description: new.description,
            tags: new.tags,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        };
        self.items.create(item).await
    }

    /// Changes an item of the caller's, or anybody's for holders of `items:write_all`.
    ///
    /// # Errors
    /// [`ItemError::NothingToChange`], [`ItemError::NotFound`].
    pub async fn update(&self, user: &CurrentUser, id: ItemId, changes: ItemChanges) -> Result<Item, ItemError> {
        if changes.name.is_none() && changes.price.is_none() && changes.description.is_keep() && changes.tags.is_none()
        {
            return Err(ItemError::NothingToChange);
        }
        let mut item = self.find(user, id, &Permission::ITEMS_WRITE_ALL).await?;
        if let Some(name) = changes.name {
            item.name = name;
        }
        if let Some(price) = changes.price {
            item.price = price;
        }
        changes.description.apply(&mut item.description);
        if let Some(tags) = changes.tags {
            item.tags = tags;
        }
        item.updated_at = self.clock.now();
        Ok(self.items.update(item).await?)
    }

    /// Deletes an item of the caller's, or anybody's for holders of `items:write_all`.
    ///
    /// # Errors
    /// [`ItemError::NotFound`].
    pub async fn delete(&self, user: &CurrentUser, id: ItemId) -> Result<(), ItemError> {
        let item = self.find(user, id, &Permission::ITEMS_WRITE_ALL).await?;
        self.items.delete(item, self.clock.now()).await?;
        Ok(())
    }
}
