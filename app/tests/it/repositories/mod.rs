//! Tests of the room `repositories`.

mod items;
mod sessions;
mod users;
