//! Items, the sample resource: owned by their makers. Made to be copied.

use fastrail::prelude::*;

use crate::dependencies::listing::ItemListing;
use crate::dependencies::permissions::requires;
use crate::dependencies::services::{ItemReader, ItemWriter};
use crate::errors::{DatabaseProblem, ItemDeleteProblem, ItemProblem, ItemUpdateProblem, WriteProblem};
use crate::schemas::PageOut;
use crate::schemas::items::{ItemCreate, ItemOut, ItemUpdate};
use crate::services::items::{ItemChanges, NewItem};
use crate::services::principal::CurrentUser;

/// The operations below `/items`
pub fn router() -> Router {
    Router::new("/items").tags(["items"]).include(routes![list_items, create_item, read_item, update_item, delete_item])
}

/// List items
///
/// One's own; those who may read everybody's see all.
#[get("", requires("items:read"))]
pub async fn list_items(
    user: CurrentUser,
    listing: ItemListing,
    items: ItemReader,
) -> Result<PageOut<ItemOut>, DatabaseProblem> {
    Ok(items.list(&user, listing.filter, &listing.sort, listing.page).await?.into())
}

/// Make an item
#[post("", status = 201, requires("items:write"))]
pub async fn create_item(
    body: ItemCreate,
    user: CurrentUser,
    items: ItemWriter,
) -> Result<(Location, ItemOut), WriteProblem> {
    let ItemCreate { name, price, description, tags } = body;
    let item = ItemOut::from(items.create(&user, NewItem { name, price, description, tags }).await?);
    Ok((Location::of(item.location()), item))
}

// ANCHOR: read_item
/// Read an item
///
/// Another's item is not found, so that nobody learns that it exists.
#[get("/{item_id}", requires("items:read"))]
pub async fn read_item(item_id: Uuid, user: CurrentUser, items: ItemReader) -> Result<ItemOut, ItemProblem> {
    Ok(items.get(&user, item_id.into()).await?.into())
}
// ANCHOR_END: read_item

/// Change an item
///
/// What is absent stays (RFC 7396).
#[patch("/{item_id}", requires("items:write"))]
pub async fn update_item(
    item_id: Uuid,
    body: ItemUpdate,
    user: CurrentUser,
    items: ItemWriter,
) -> Result<ItemOut, ItemUpdateProblem> {
    let ItemUpdate { name, price, description, tags } = body;
    let changes = ItemChanges {
        name: name.into_option(),
        price: price.into_option(),
        description: description.into_option().into(),
        tags: tags.into_option(),
    };
    Ok(items.update(&user, item_id.into(), changes).await?.into())
}

/// Delete an item
#[delete("/{item_id}", status = 204, requires("items:write"))]
pub async fn delete_item(item_id: Uuid, user: CurrentUser, items: ItemWriter) -> Result<(), ItemDeleteProblem> {
    Ok(items.delete(&user, item_id.into()).await?)
}
