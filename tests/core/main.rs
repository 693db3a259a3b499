//! The tests of the core: one program, in folders that mirror src/.
//!
//! They run natively and in virtual time. What needs a JavaScript host is in tests/web.

#![cfg(not(target_arch = "wasm32"))]

mod cache;
mod config;
mod entra;
mod error;
mod flow;
mod json;
mod oauth;
mod properties;
mod repository;
mod secret;
mod support;
mod text;
