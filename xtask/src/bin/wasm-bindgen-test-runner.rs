//! wasm-bindgen's test runner, in the version of Cargo.lock: runs a test binary in Node or in a headless browser.
//!
//! Adds nothing. `.cargo/config.toml` names it as the runner of wasm32 tests, and wasm-pack finds it on PATH.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
