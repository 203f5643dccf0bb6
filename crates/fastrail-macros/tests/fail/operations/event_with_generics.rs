//! An event that is many types.

use fastrail::prelude::*;

#[derive(Debug, Serialize, Deserialize, DomainEvent)]
struct Changed<T> {
    item: T,
}

fn main() {}
