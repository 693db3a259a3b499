//! OAuth 2.0 device code flow (RFC 8628) for programs that have no browser.
//!
//! This crate is what the npm package `device-code-flow` runs. **It promises** that no poll comes earlier than the server allows, that no
//! request is made after the code has expired, that a flow can be saved and resumed between any two steps, and that no answer of a server
//! makes it panic, lose tokens or print a secret.
//!
//! **In scope:** the device authorization grant, its polling, its errors, tokens and the accounts that own them.
//! **Out of scope:** other grants, verifying tokens for somebody else, opening browsers, drawing QR codes.
//!
//! ```text
//! time < secret, text, hash < error < json < oauth < entra < config < cache < flow < web (wasm32 only)  │  js
//! └──────────────── pure Rust: no clock, no I/O, no randomness ─────────────────┘
//! ```
//!
//! A module may use the modules to its left and none to its right; `tests/core/repository/layering.rs` checks that. [`flow`] begins
//! with the state graph. A reader starts there, at [`flow::advance`]. The web layer carries out what the state machine asks for: it
//! fetches, waits and exports the functions that JavaScript calls.

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

// The classes that JavaScript calls. The tests in tests/web call them from Rust.
#[cfg(target_arch = "wasm32")]
pub use web::{Application, Flow, Host, TokenCache};
