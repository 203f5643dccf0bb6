//! What a list was asked for: `?q=fork&sort=-created_at&page=2&page_size=20`.

use fastrail::prelude::*;

pub use crate::models::PageRequest;
use crate::models::item::{ItemFilter, ItemSort};
pub use crate::models::user::UserFilter;
use crate::models::user::UserSort;
use crate::models::{Sort, SortField};

/// Which page of a list
#[dependency]
pub async fn page(
    /// The page, from 1
    #[query(ge = 1, default = 1)]
    page: u32,
    /// The most rows on the page
    #[query(ge = 1, le = 100, default = 50)]
    page_size: u32,
) -> PageRequest {
    PageRequest::new(page, page_size).expect("invariant: the arguments' rules are the bounds of a page")
}

/// A list of users
#[derive(Clone, Debug)]
pub struct UserListing {
    /// Which users
    pub filter: UserFilter,
    /// In which order
    pub sort: Sort<UserSort>,
    /// Which of them
    pub page: PageRequest,
}

/// Which users were asked for
#[dependency]
pub async fn user_filter(
    /// Part of the username, the e-mail address or the full name, without regard to case
    #[query(max_length = 100, pattern = r"^[^\x00-\x1f\x7f]*$")]
    q: Option<String>,
    /// Only those who may log in, or only those who may not
    #[query]
    is_active: Option<bool>,
    /// Only those who have this role
    #[query(max_length = 50, pattern = "^[a-z][a-z0-9_-]*$")]
    role: Option<String>,
    /// Only those made at this time or later
    #[query]
    created_from: Option<DateTime<Utc>>,
    /// Only those made before this time
    #[query]
    created_before: Option<DateTime<Utc>>,
    /// Deleted ones too
    #[query(default = false)]
    include_deleted: bool,
) -> UserFilter {
    let role = role.map(|role| role.parse().expect("invariant: the argument's pattern is that of a role's name"));
    UserFilter { q, is_active, role, created_from, created_before, include_deleted }
}

/// What a list of users was asked for
#[dependency]
pub async fn user_listing(
    filter: UserFilter,
    /// Fields in order of weight; a minus sorts down
    #[query(
        pattern = "^-?(created_at|updated_at|username|email)(,-?(created_at|updated_at|username|email))*$",
        default = "created_at",
        example = "-created_at,username"
    )]
    sort: String,
    page: PageRequest,
) -> UserListing {
    UserListing { filter, sort: parsed(&sort), page }
}

/// A list of items
#[derive(Clone, Debug)]
pub struct ItemListing {
    /// Which items
    pub filter: ItemFilter,
    /// In which order
    pub sort: Sort<ItemSort>,
    /// Which of them
    pub page: PageRequest,
}

/// What a list of items was asked for
#[dependency]
pub async fn item_listing(
    /// Part of the name or the description, without regard to case
    #[query(max_length = 100, pattern = r"^[^\x00-\x1f\x7f]*$")]
    q: Option<String>,
    /// Fields in order of weight; a minus sorts down
    #[query(
        pattern = "^-?(created_at|updated_at|name|price)(,-?(created_at|updated_at|name|price))*$",
        default = "created_at",
        example = "-created_at,name"
    )]
    sort: String,
    page: PageRequest,
) -> ItemListing {
    ItemListing { filter: ItemFilter { q, owner_id: None }, sort: parsed(&sort), page }
}

/// What the parameter's pattern has let pass
fn parsed<F: SortField>(sort: &str) -> Sort<F> {
    Sort::parse(sort).expect("invariant: the argument's pattern names the fields of the sort")
}
