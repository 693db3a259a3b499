//! OAuth 2.0 device code flow (RFC 8628) for programs that have no browser.
//!
//! This crate is the core of the npm package `device-code-flow`. **It promises** that no poll comes earlier than the
//! server allows, no request is made after the code has expired, a flow can be frozen and thawed between any two
//! steps, and no server's answer makes it panic, lose tokens or print a secret.
//!
//! **In scope:** the device authorization grant, its polling, its errors, tokens and whose they are.
//! **Out of scope:** other grants, verifying tokens for somebody else, opening browsers, drawing QR codes.
//!
//! ```text
//! time < secret, text, hash < error < json < oauth < entra < config < cache < flow < web (wasm32 only)  │  js
//! └──────────────── pure Rust: no clock, no I/O, no randomness ─────────────────┘
//! ```
//!
//! A module may use anything to its left and nothing to its right; `tests/layering.rs` holds it to that. The state
//! graph stands on top of [`flow`]; start reading there, at [`flow::advance`].

pub mod cache;
pub mod config;
pub mod entra;
pub mod error;
pub mod flow;
pub mod hash;
pub mod json;
pub mod oauth;
pub mod secret;
pub mod text;
pub mod time;

#[cfg(target_arch = "wasm32")]
mod web;

// What JavaScript calls, for tests that call it from Rust.
#[cfg(target_arch = "wasm32")]
pub use web::{Application, Flow, Host, TokenCache};
