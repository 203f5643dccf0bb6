//! Tests of the room `services`.

mod authentication;
mod bootstrap;
mod items;
mod keys;
mod lockout;
mod login_times;
mod refresh;
mod sealing;
mod tokens;
mod users;
