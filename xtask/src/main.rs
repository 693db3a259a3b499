//! `cargo xtask …`: builds the WebAssembly module and the npm package.
//!
//! `make` installs tools and orders the steps; this program runs the steps of one build. The versions of the tools are those
//! of Cargo.lock and js/package-lock.json.

mod builds;
mod package;
mod run;
mod tally;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>
  wasm          compiles, lowers, binds and shrinks the module into target/glue
  package       wasm, then the JavaScript, then dist/device-code-flow-VERSION.tgz
  reproducible  builds the module again from sources elsewhere; fails unless the bytes are the same
  builds        prints the size of the shipped module beside two other builds of the same sources
  tally FOLDER  adds up what the test runners printed into the logs of a folder";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["wasm"] => wasm::build(&top()),
        ["package"] => wasm::build(&top()).and_then(|()| package::build(&top())),
        ["reproducible"] => builds::reproducible(&top()),
        ["builds"] => builds::compare(&top()),
        ["tally", logs] => tally::print(&top().join(logs)),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace, which is the parent of this package's folder. Cargo names the latter in the environment.
fn top() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|xtask| Path::new(&xtask).parent().map(Path::to_path_buf))
        .unwrap_or_else(|| PathBuf::from("."))
}
