//! From Rust to WebAssembly: what the compiler is told for the module that is shipped, and for those it is compared with.
//!
//! All of it only makes the module smaller (what each saves stands in docs/adr/0002); the tests and clippy use the
//! compiler as it comes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, cargo, output, run};

/// The crate, as the compiler calls it.
pub const NAME: &str = "device_code_flow";
const TARGET: &str = "wasm32-unknown-unknown";

/// What a module is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// Every page: lowered to the first WebAssembly.
    Shipped,
    /// A comparison: the same with all that engines of today have.
    Modern,
    /// A comparison: lowered, by what the stable compiler offers without `RUSTC_BOOTSTRAP`.
    Stable,
}

/// The standard library from its source (rustup's `rust-src`), so that it too is compiled for size and for aborting.
const BUILD: &str = "-Zbuild-std=std,panic_abort";
/// For every crate.
const FLAGS: &[&str] = &[
    // A panic becomes the trap that it ends in anyway, without first writing a message that nobody sees.
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    // What copies memory becomes one instruction, which is lowered to a call of one small loop. The standard library's
    // own functions for it are fast and long.
    "-Ctarget-feature=+bulk-memory",
];
/// For the last step, which compiles the whole program at once.
const LAST_FLAGS: &[&str] = &[
    // A call copies a struct in fewer bytes than a row of loads and stores.
    "-Cllvm-args=--max-store-memcpy=1",
    // Loops stay as they were written, and what is loaded once in either of two branches is not loaded in both.
    "-Cllvm-args=--disable-lsr",
    "-Cllvm-args=--enable-load-pre=false",
    // A little more inlining than the level "z" has by itself: what is called once or twice and hardly longer than a call.
    "-Cllvm-args=--inline-threshold=10",
];

/// The module of the sources in `from`, with the names of its functions, somewhere in `folder`.
///
/// `.cargo/config.toml` chooses the old CPU for this target; `RUSTFLAGS` in the environment would silently replace
/// that choice, so it is taken away.
///
/// `RUSTC_BOOTSTRAP` lets the stable compiler that is installed take the unstable options above. Its price: a later
/// release may rename them. Then the build stops and says so; [`Build::Stable`] does without (ADR 10 has both sizes).
/// Only the cdylib: beside an rlib everything that is public counts as used, which is another 3 KB of brotli.
pub fn compile(build: Build, from: &Path, folder: &Path) -> Outcome<PathBuf> {
    let mut flags = vec!["-Cstrip=none"];
    let mut cargo = cargo(from);
    cargo.args(["rustc", "--lib", "--crate-type", "cdylib", "--release", "--target", TARGET]);
    if build != Build::Stable {
        flags.extend(FLAGS);
        cargo.arg(BUILD).env("RUSTC_BOOTSTRAP", "1");
    }
    if build == Build::Modern {
        flags.push("-Ctarget-cpu=generic");
    }
    run(cargo
        .arg("--target-dir")
        .arg(folder)
        .args(["--config", &rustflags(&flags)?])
        .arg("--")
        .args(LAST_FLAGS)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR"))?;
    Ok(folder.join(format!("{TARGET}/release/{NAME}.wasm")))
}

/// Panics name the source file they come from. Without the remapping, a module that has such a name tells where on which
/// machine it was built, and no two machines build the same one. Cargo joins the list to that of `.cargo/config.toml`.
fn rustflags(flags: &[&str]) -> Outcome<String> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let about = output(Command::new("rustc").arg("-vV"))?;
    let commit = about.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    let mut prefixes = vec![(Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), format!("/rustc/{commit}"))];
    let sources = cargo_home().join("registry/src");
    // One folder for each registry, called after its host; absent where crates are vendored.
    for registry in fs::read_dir(&sources).into_iter().flatten().flatten() {
        prefixes.push((registry.path(), "/crates".into()));
    }
    let remaps = prefixes.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags: Vec<String> =
        flags.iter().map(|flag| (*flag).to_owned()).chain(remaps).map(|flag| format!("'{flag}'")).collect();
    Ok(format!("target.{TARGET}.rustflags=[{}]", flags.join(",")))
}

fn cargo_home() -> PathBuf {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
        .unwrap_or_default()
}
