//! The tests of [`web`] in a page of headless Chromium: `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]

mod web;

// Without this line, wasm-pack would skip this file and succeed.
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
