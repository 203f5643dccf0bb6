//! The rows of `users`.

use app::{
    models::{PageRequest, RoleName, Sort, User, role, user::UserFilter},
    repositories::{Database, DatabaseError, EMAIL_TAKEN, RoleRepository, USERNAME_TAKEN, UserRepository},
};

use crate::support::{TestDatabase, add_user, start, user_row};

async fn names(database: &Database, q: &str, sort: &str) -> Vec<String> {
    let filter = UserFilter { q: (!q.is_empty()).then(|| q.to_owned()), ..UserFilter::default() };
    let sort = Sort::parse(sort).unwrap();
    let users = UserRepository::new(database.read_session());
    let page = users.list(&filter, &sort, PageRequest::default()).await.unwrap();
    page.items.iter().map(|user| user.username.to_string()).collect()
}

async fn create(database: &Database, user: User) -> Result<User, DatabaseError> {
    let session = database.session();
    let user = UserRepository::new(session.clone()).create(user).await?;
    session.commit().await?;
    Ok(user)
}

#[tokio::test]
async fn what_is_written_is_read_back() {
    let test = TestDatabase::new().await;
    let mut user = user_row("Ada");
    user.full_name = Some("Ada Lovelace".parse().unwrap());
    let user = create(&test.database, user).await.unwrap();
    let users = UserRepository::new(test.database.read_session());
    assert_eq!(users.get_by_id(user.id).await.unwrap(), Some(user.clone()));
    assert_eq!(users.get_by_email(&"ADA@example.com".parse().unwrap()).await.unwrap(), Some(user.clone()));
    assert_eq!(users.get_by_username(&"ada".parse().unwrap()).await.unwrap(), Some(user.clone()));
    for login in ["ADA", " ada@EXAMPLE.com "] {
        assert_eq!(users.get_by_login(login).await.unwrap().as_ref(), Some(&user));
    }
    for login in ["", "a b", "ada@", "nobody"] {
        assert_eq!(users.get_by_login(login).await.unwrap(), None, "{login}");
    }
}

#[tokio::test]
async fn taken_names_are_told_apart_and_have_no_case() {
    let test = TestDatabase::new().await;
    add_user(&test.database, "ada").await;
    let mut same_email = user_row("bob");
    same_email.email = "ADA@Example.com".parse().unwrap();
    let error = create(&test.database, same_email).await.unwrap_err();
    assert!(error.is_constraint(EMAIL_TAKEN), "{error}");
    let mut same_name = user_row("cyd");
    same_name.username = "ADA".parse().unwrap();
    let error = create(&test.database, same_name).await.unwrap_err();
    assert!(error.is_constraint(USERNAME_TAKEN), "{error}");
}

#[tokio::test]
async fn each_update_counts_the_version_and_a_stale_one_is_refused() {
    let test = TestDatabase::new().await;
    let read = add_user(&test.database, "ada").await;
    assert_eq!(read.version, 1);
    let session = test.database.session();
    let users = UserRepository::new(session.clone());
    let mut changed = read.clone();
    changed.is_active = false;
    let changed = users.update(changed).await.unwrap();
    assert_eq!(changed.version, 2);
    assert_eq!(users.get_by_id(read.id).await.unwrap(), Some(changed));
    let stale = users.update(read).await;
    assert!(matches!(stale, Err(DatabaseError::Stale)), "{stale:?}");
}

#[tokio::test]
async fn a_deleted_user_is_found_only_when_asked_for_and_can_be_restored() {
    let test = TestDatabase::new().await;
    let user = add_user(&test.database, "ada").await;
    let session = test.database.session();
    let users = UserRepository::new(session.clone());
    let deleted = users.delete(user.clone(), start()).await.unwrap();
    assert_eq!(deleted.version, 2);
    assert_eq!(users.get_by_id(user.id).await.unwrap(), None);
    assert_eq!(users.get_by_login("ada").await.unwrap(), None);
    assert_eq!(users.get_by_id_with_deleted(user.id).await.unwrap(), Some(deleted.clone()));
    assert!(users.has_username(&user.username).await.unwrap());
    let with_deleted = UserFilter { include_deleted: true, ..UserFilter::default() };
    for (filter, total) in [(UserFilter::default(), 0), (with_deleted, 1)] {
        let page = users.list(&filter, &Sort::default(), PageRequest::default()).await;
        assert_eq!(page.unwrap().total, total);
    }
    let restored = users.restore(deleted, start()).await.unwrap();
    assert_eq!(restored.version, 3);
    assert_eq!(users.get_by_id(user.id).await.unwrap(), Some(restored));
}

#[tokio::test]
async fn a_deleted_user_keeps_the_address_and_the_name() {
    let test = TestDatabase::new().await;
    let user = add_user(&test.database, "ada").await;
    let session = test.database.session();
    UserRepository::new(session.clone()).delete(user, start()).await.unwrap();
    session.commit().await.unwrap();
    let error = create(&test.database, user_row("ada")).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Constraint { .. }));
}

#[tokio::test]
async fn a_search_takes_wildcards_for_what_they_are() {
    let test = TestDatabase::new().await;
    for name in ["a_b", "axb", "a.b"] {
        add_user(&test.database, name).await;
    }
    let mut odd = user_row("odd");
    odd.full_name = Some(r"100% \ Sure".parse().unwrap());
    create(&test.database, odd).await.unwrap();
    assert_eq!(names(&test.database, "A_B", "username").await, ["a_b"]);
    assert_eq!(names(&test.database, "%", "username").await, ["odd"]);
    assert_eq!(names(&test.database, r"\", "username").await, ["odd"]);
    assert_eq!(names(&test.database, "0% \\ s", "username").await, ["odd"]);
    assert_eq!(names(&test.database, "EXAMPLE.com", "username").await.len(), 4);
    assert_eq!(names(&test.database, "'; DROP TABLE users; --", "username").await.len(), 0);
}

#[tokio::test]
async fn a_list_is_sorted_filtered_and_paged_within_bounds() {
    let test = TestDatabase::new().await;
    for name in ["cyd", "Ada", "bob"] {
        let mut user = user_row(name);
        user.is_active = name != "bob";
        create(&test.database, user).await.unwrap();
    }
    assert_eq!(names(&test.database, "", "username").await, ["Ada", "bob", "cyd"]);
    assert_eq!(names(&test.database, "", "-email").await, ["cyd", "bob", "Ada"]);
    assert_eq!(names(&test.database, "", "created_at,-username").await, ["cyd", "bob", "Ada"]);

    let users = UserRepository::new(test.database.read_session());
    let filter = UserFilter { is_active: Some(true), ..UserFilter::default() };
    let by_name = Sort::parse("username").unwrap();
    let mut seen = Vec::new();
    for number in 1..=3 {
        let request = PageRequest::new(number, 1).unwrap();
        let page = users.list(&filter, &by_name, request).await.unwrap();
        assert_eq!((page.total, page.total_pages()), (2, 2));
        seen.extend(page.items.into_iter().map(|user| user.username.to_string()));
    }
    assert_eq!(seen, ["Ada", "cyd"]);
    let far = PageRequest::new(u32::MAX, 100).unwrap();
    assert!(users.list(&filter, &by_name, far).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn every_constraint_has_one_name_on_both_databases() {
    let test = TestDatabase::new().await;
    let user = add_user(&test.database, "ada").await;
    let mut same_id = user_row("bob");
    same_id.id = user.id;
    let error = create(&test.database, same_id).await.unwrap_err();
    assert!(error.is_constraint("users_pkey"), "{error}");
    let session = test.database.session();
    let roles = RoleRepository::new(session.clone());
    let role = |name: RoleName| role::Model {
        id: app::services::random::uuid_v7(start()).into(),
        name,
        description: String::new(),
        created_at: start(),
        updated_at: start(),
        version: 1,
    };
    roles.create(role(RoleName::USER)).await.unwrap();
    let error = roles.create(role(RoleName::USER)).await.unwrap_err();
    assert!(error.is_constraint("role_name_taken"), "{error}");
}
