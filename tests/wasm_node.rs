//! The web layer in WebAssembly, in Node: the tests of [`web`] and nothing of its own.
//!
//! `cargo test --target wasm32-unknown-unknown --test wasm_node`, or `wasm-pack test --node -- --test wasm_node`.
#![cfg(target_arch = "wasm32")]

mod web;
