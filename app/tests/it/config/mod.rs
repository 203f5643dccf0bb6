//! Tests of the room `config`.

mod sample;
mod secret_key;
mod settings;
