//! The shipped module: compiled, bound to JavaScript, lowered to the first WebAssembly, made small.
//!
//! Knows nothing of npm or of entry files; it ends with two files in target/glue that `js/build.mjs` takes up.
//! Why lowered: rustc's default output needs Chromium 96 and Node 18; the lowered one runs in televisions of 2018
//! and costs about one percent of size. Each step below says what would happen without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, cargo, output, run};

const NAME: &str = "device_code_flow";
const TARGET: &str = "wasm32-unknown-unknown";

/// Leaves `device_code_flow.js` and `device_code_flow_bg.wasm` in target/glue, and prints their sizes.
pub fn build(top: &Path) -> Outcome {
    let glue = top.join("target/glue");
    let compiled = compile(top)?;
    bind(&compiled, &glue)?;
    let module = glue.join(format!("{NAME}_bg.wasm"));
    lower(top, &module)?;
    println!("{}", sizes(&[&glue.join(format!("{NAME}.js")), &module])?);
    Ok(())
}

/// `.cargo/config.toml` chooses the old CPU for this target; `RUSTFLAGS` in the environment would silently replace
/// that choice, so it is taken away.
fn compile(top: &Path) -> Outcome<PathBuf> {
    run(cargo(top)
        .args(["build", "--lib", "--release", "--target", TARGET])
        .args(["--config", &anonymous_paths()?])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR"))?;
    Ok(top.join(format!("target/{TARGET}/release/{NAME}.wasm")))
}

/// Panics name the source file they come from. Without this, the module tells where on which machine it was built, and
/// no two machines build the same one. Cargo joins the list to that of `.cargo/config.toml`.
fn anonymous_paths() -> Outcome<String> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let about = output(Command::new("rustc").arg("-vV"))?;
    let commit = about.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    // The standard library was compiled under this name; it has another only where its source is installed.
    let mut prefixes = vec![(Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), format!("/rustc/{commit}"))];
    let sources = cargo_home().join("registry/src");
    // One folder for each registry, called after its host; absent where crates are vendored.
    for registry in fs::read_dir(&sources).into_iter().flatten().flatten() {
        prefixes.push((registry.path(), "/crates".into()));
    }
    let flags: Vec<String> =
        prefixes.iter().map(|(from, to)| format!("'--remap-path-prefix={}={to}'", from.display())).collect();
    Ok(format!("target.{TARGET}.rustflags=[{}]", flags.join(",")))
}

fn cargo_home() -> PathBuf {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
        .unwrap_or_default()
}

/// No default module path: the glue then has no `import.meta`, so that it can also become `CommonJS`.
fn bind(compiled: &Path, glue: &Path) -> Outcome {
    let mut arguments: Vec<std::ffi::OsString> = vec!["wasm-bindgen".into(), compiled.into()];
    arguments.extend(
        ["--target", "web", "--omit-default-module-path", "--no-typescript", "--remove-producers-section"]
            .map(Into::into),
    );
    arguments.extend(["--out-dir".into(), glue.into()]);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).map_err(|error| format!("wasm-bindgen: {error:?}"))
}

/// Two runs, because one that may still use the newer instructions while it optimises brings them back. The second
/// allows none, so it also proves that none is left: a module bound with reference types stops here.
fn lower(top: &Path, module: &Path) -> Outcome {
    let lowered = module.with_extension("lowered.wasm");
    run(wasm_opt(top).arg(module).arg("-o").arg(&lowered).args([
        "--enable-sign-ext",
        "--enable-nontrapping-float-to-int",
        "--enable-bulk-memory",
        "--signext-lowering",
        "--llvm-nontrapping-fptoint-lowering",
        "--llvm-memory-copy-fill-lowering",
    ]))?;
    run(wasm_opt(top).arg(&lowered).arg("-o").arg(module).args([
        "--mvp-features",
        "--flatten",
        "--rereloop",
        "-Oz",
        "-Oz",
        "--converge",
    ]))?;
    fs::remove_file(&lowered).map_err(|error| format!("{}: {error}", lowered.display()))
}

/// Binaryen from npm, started by node itself so that the same line works where `.bin` holds no executable.
fn wasm_opt(top: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(top.join("js/node_modules/binaryen/bin/wasm-opt"));
    node
}

/// One line a file: its raw size and its size under brotli's best setting, which node has and Rust's library has not.
pub fn sizes(files: &[&Path]) -> Outcome<String> {
    const PROGRAM: &str = "
        const { readFileSync } = require('fs'), { basename } = require('path'), { brotliCompressSync } = require('zlib');
        for (const file of process.argv.slice(1)) {
            const bytes = readFileSync(file);
            console.log(basename(file).padEnd(28), String(bytes.length).padStart(8), 'bytes', String(brotliCompressSync(bytes).length).padStart(8), 'brotli');
        }";
    let listing = output(Command::new("node").arg("-e").arg(PROGRAM).args(files))?;
    Ok(listing.trim_end().to_owned())
}
