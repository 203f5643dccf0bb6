//! Items and who sees them.

use app::{
    models::{Item, ItemId, PageRequest, Patch, Sort, Tags, item::ItemFilter},
    services::{
        items::{ItemChanges, ItemError, NewItem},
        principal::CurrentUser,
        random,
    },
};

use crate::support::{TestApplication, start};

fn fork() -> NewItem {
    NewItem {
        name: "Fork".parse().unwrap(),
        price: "2.50".parse().unwrap(),
        description: Some("Four tines".to_owned()),
        tags: Tags::default(),
    }
}

async fn make(test: &TestApplication, user: &CurrentUser) -> Item {
    let session = test.app.database.session();
    let item = test.app.items(session.clone()).create(user, fork()).await.unwrap();
    session.commit().await.unwrap();
    item
}

fn rename(name: &str) -> ItemChanges {
    ItemChanges { name: Some(name.parse().unwrap()), ..ItemChanges::default() }
}

#[tokio::test]
async fn the_maker_reads_changes_and_deletes_an_item() {
    let test = TestApplication::new().await;
    let ada = test.current_user("ada").await;
    let made = make(&test, &ada).await;
    let session = test.app.database.session();
    let items = test.app.items(session.clone());
    let mut changes = rename("Spoon");
    changes.description = Patch::Clear;
    let changed = items.update(&ada, made.id, changes).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.version), ("Spoon", 2));
    assert_eq!((changed.description, changed.price), (None, made.price));
    items.delete(&ada, made.id).await.unwrap();
    assert!(matches!(items.get(&ada, made.id).await, Err(ItemError::NotFound)));
    assert!(matches!(items.delete(&ada, made.id).await, Err(ItemError::NotFound)));
}

#[tokio::test]
async fn a_strangers_item_looks_like_none() {
    let test = TestApplication::new().await;
    let (ada, bob) = (test.current_user("ada").await, test.current_user("bob").await);
    let made = make(&test, &ada).await;
    let session = test.app.database.session();
    let items = test.app.items(session.clone());
    let missing: ItemId = random::uuid_v7(start()).into();
    for id in [made.id, missing] {
        assert!(matches!(items.get(&bob, id).await, Err(ItemError::NotFound)));
        let update = items.update(&bob, id, rename("Mine")).await;
        assert!(matches!(update, Err(ItemError::NotFound)));
        assert!(matches!(items.delete(&bob, id).await, Err(ItemError::NotFound)));
    }
    session.rollback().await.unwrap();
    make(&test, &bob).await;
    let items = test.app.items(test.app.database.read_session());
    for (owner_id, total) in [(None, 1), (Some(bob.id), 1), (Some(ada.id), 0)] {
        let filter = ItemFilter { owner_id, q: None };
        let page = items.list(&bob, filter, &Sort::default(), PageRequest::default()).await;
        assert_eq!(page.unwrap().total, total);
    }
}

#[tokio::test]
async fn administrators_see_and_change_all() {
    let test = TestApplication::new().await;
    let (ada, bob) = (test.current_user("ada").await, test.current_user("bob").await);
    let (hers, _) = (make(&test, &ada).await, make(&test, &bob).await);
    let root = test.whoami("root@example.com").await;
    let session = test.app.database.session();
    let items = test.app.items(session.clone());
    items.get(&root, hers.id).await.unwrap();
    items.update(&root, hers.id, rename("Ours")).await.unwrap();
    for (owner_id, total) in [(None, 2), (Some(ada.id), 1)] {
        let filter = ItemFilter { owner_id, q: None };
        let page = items.list(&root, filter, &Sort::default(), PageRequest::default()).await;
        assert_eq!(page.unwrap().total, total);
    }
    items.delete(&root, hers.id).await.unwrap();
}

#[tokio::test]
async fn a_change_that_names_nothing_is_refused() {
    let test = TestApplication::new().await;
    let ada = test.current_user("ada").await;
    let made = make(&test, &ada).await;
    let items = test.app.items(test.app.database.session());
    let empty = items.update(&ada, made.id, ItemChanges::default()).await;
    assert!(matches!(empty, Err(ItemError::NothingToChange)));
}

#[tokio::test]
async fn items_are_found_by_name_and_description() {
    let test = TestApplication::new().await;
    let ada = test.current_user("ada").await;
    make(&test, &ada).await;
    let items = test.app.items(test.app.database.read_session());
    for (q, total) in [("FORK", 1), ("tines", 1), ("spoon", 0), ("f%k", 0)] {
        let filter = ItemFilter { q: Some(q.to_owned()), owner_id: None };
        let page = items.list(&ada, filter, &Sort::default(), PageRequest::default()).await;
        assert_eq!(page.unwrap().total, total, "{q}");
    }
}
