//! `GET /items/{id}`: parameters from path, query and header, validated.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::rejection::Rejection;

#[derive(Deserialize, Validate)]
pub struct ItemQuery {
    #[garde(inner(length(chars, max = 50)))]
    q: Option<String>,
    #[serde(default = "ten")]
    #[garde(range(min = 1, max = 100))]
    limit: u32,
}

fn ten() -> u32 {
    10
}

#[derive(Serialize)]
pub struct Item {
    id: i64,
    q: Option<String>,
    limit: u32,
    tenant: String,
}

pub async fn read_item(
    Path(id): Path<i64>,
    Query(query): Query<ItemQuery>,
    headers: HeaderMap,
) -> Result<Json<Item>, Rejection> {
    let tenant = headers.get("x-tenant").and_then(|tenant| tenant.to_str().ok()).ok_or(Rejection::Unusable)?;
    query.validate().map_err(|_| Rejection::Unusable)?;
    if id < 1 || !(1..=32).contains(&tenant.chars().count()) {
        return Err(Rejection::Unusable);
    }
    Ok(Json(Item { id, q: query.q, limit: query.limit, tenant: tenant.to_owned() }))
}
