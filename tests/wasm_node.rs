//! The tests of [`web`] in Node: `wasm-pack test --node`.
#![cfg(target_arch = "wasm32")]

mod web;
