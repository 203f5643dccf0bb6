//! `GET /items/{id}`: parameters from path, query and header, validated.

use fastrail::prelude::*;

#[derive(Serialize, Schema)]
pub struct Item {
    id: i64,
    q: Option<String>,
    limit: u32,
    tenant: String,
}

/// Reads one item
#[get("/items/{id}")]
pub async fn read_item(
    #[path(ge = 1)] id: i64,
    #[query(max_length = 50)] q: Option<String>,
    #[query(ge = 1, le = 100, default = 10)] limit: u32,
    #[header(min_length = 1, max_length = 32)] x_tenant: String,
) -> Item {
    Item { id, q, limit, tenant: x_tenant }
}
