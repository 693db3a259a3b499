//! `cargo xtask …`: from Rust sources to the npm tarball, with the tool versions Cargo.lock and js/package-lock.json name.
//!
//! Not a task runner: `make` knows what depends on what and installs tools; this knows how one module is built.
//! Written with the standard library alone, plus wasm-bindgen's own command line as a library.

mod binary;
mod builds;
mod compile;
mod functions;
mod order;
mod package;
mod run;
mod tally;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>
  wasm      compile, bind and shrink the module into target/glue
  sizes     the module's largest functions, by name
  reproducible  the module once more from sources elsewhere: the same bytes, or it fails
  builds    the sizes of the shipped module, of a modern one and of one by stable options
  package   wasm, then the JavaScript, then dist/device-code-flow-VERSION.tgz
  tally     adds up what the test runners printed into a folder of logs";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["wasm"] => wasm::build(&top()),
        ["reproducible"] => builds::reproducible(&top()),
        ["builds"] => builds::compare(&top()),
        ["sizes"] => functions::print(&top()),
        ["package"] => wasm::build(&top()).and_then(|()| package::build(&top())),
        ["tally", logs] => tally::print(&top().join(logs)),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that holds the top Cargo.toml, wherever the command was typed: cargo says where the package it runs lives.
fn top() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|xtask| Path::new(&xtask).parent().map(Path::to_path_buf))
        .unwrap_or_else(|| PathBuf::from("."))
}
