//! wasm-bindgen's command line, in the version of Cargo.lock.
//!
//! Adds nothing. It is here so that wasm-pack, with our target folder on PATH, finds the matching version and
//! downloads none.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
