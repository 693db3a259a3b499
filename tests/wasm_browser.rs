//! The web layer in WebAssembly, in a page of headless Chromium: the tests of [`web`] and nothing of its own.
//!
//! `wasm-pack test --headless --chrome -- --test wasm_browser`. Without the line below, wasm-pack would skip this file and
//! succeed.
#![cfg(target_arch = "wasm32")]

mod web;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
