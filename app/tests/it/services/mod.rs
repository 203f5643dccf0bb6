//! Tests of the room `services`.

mod authentication;
mod bootstrap;
mod items;
mod keys;
mod lockout;
mod login_times;
mod passwords;
mod refresh;
mod sealing;
mod tokens;
mod users;
