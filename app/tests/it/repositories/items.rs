//! The rows of `items`.

use std::collections::BTreeSet;

use app::{
    models::{Item, PageRequest, Sort, Tags, UserId, item::ItemFilter},
    repositories::{DatabaseError, FOREIGN_KEY, ItemRepository},
    services::random,
};

use crate::support::{TestDatabase, add_user, start};

/// A row of an item.
pub(super) fn item(owner_id: UserId, name: &str, price: &str) -> Item {
    Item {
        id: random::uuid_v7(app::services::clock::Clock::System.now()).into(),
        owner_id,
        name: name.parse().unwrap(),
        price: price.parse().unwrap(),
        description: None,
        tags: Tags(BTreeSet::from(["steel".to_owned(), "naïve \"x\"".to_owned()])),
        created_at: start(),
        updated_at: start(),
        deleted_at: None,
        version: 1,
    }
}

/// The id of no user.
pub(super) fn nobody() -> UserId {
    random::uuid_v7(app::services::clock::Clock::System.now()).into()
}

#[tokio::test]
async fn prices_stay_exact_and_tags_come_back() {
    let test = TestDatabase::new().await;
    let owner = add_user(&test.database, "ada").await;
    let session = test.database.session();
    let items = ItemRepository::new(session.clone());
    for price in ["0.10", "1.00", "79228162514264337593543950335"] {
        let made = items.create(item(owner.id, "Fork", price)).await.unwrap();
        let read = items.get_by_id(made.id).await.unwrap().unwrap();
        assert_eq!(read.price.to_string(), price);
        assert_eq!(read, made);
    }
}

#[tokio::test]
async fn prices_sort_as_numbers() {
    let test = TestDatabase::new().await;
    let owner = add_user(&test.database, "ada").await;
    let session = test.database.session();
    let items = ItemRepository::new(session.clone());
    for price in ["9", "10.5", "100", "0.75"] {
        items.create(item(owner.id, "Fork", price)).await.unwrap();
    }
    let sort = Sort::parse("-price").unwrap();
    let page = items.list(&ItemFilter::default(), &sort, PageRequest::default()).await.unwrap();
    let prices: Vec<String> = page.items.iter().map(|item| item.price.to_string()).collect();
    assert_eq!(prices, ["100", "10.5", "9", "0.75"]);
}

#[tokio::test]
async fn an_item_needs_an_owner() {
    let test = TestDatabase::new().await;
    let items = ItemRepository::new(test.database.session());
    let error = items.create(item(nobody(), "Fork", "1")).await.unwrap_err();
    assert!(error.is_constraint(FOREIGN_KEY), "{error}");
}

#[tokio::test]
async fn a_deleted_item_is_gone_and_a_stale_change_is_refused() {
    let test = TestDatabase::new().await;
    let owner = add_user(&test.database, "ada").await;
    let session = test.database.session();
    let items = ItemRepository::new(session.clone());
    let made = items.create(item(owner.id, "Fork", "1")).await.unwrap();
    items.delete(made.clone(), start()).await.unwrap();
    assert_eq!(items.get_by_id(made.id).await.unwrap(), None);
    let late = items.update(made).await;
    assert!(matches!(late, Err(DatabaseError::Stale)));
    let page = items.list(&ItemFilter::default(), &Sort::default(), PageRequest::default()).await;
    assert_eq!(page.unwrap().total, 0);
}
