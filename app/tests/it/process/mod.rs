//! Tests of the binary `backend`: a process of its own, real sockets, real signals.

mod backend;
mod canaries;
mod cancellations;
mod collector;
mod commands;
mod crowds;
mod exports;
mod lifecycle;
mod logs;
mod observability;
mod settings;
