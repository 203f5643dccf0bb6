//! Tests of the room `repositories`.

mod items;
mod postgres;
mod sessions;
mod users;
