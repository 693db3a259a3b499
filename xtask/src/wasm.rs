//! The shipped module: compiled, bound to JavaScript, lowered to the first WebAssembly, made small.
//!
//! Knows nothing of npm or of entry files; it ends with two files in target/glue that `js/build.mjs` takes up.
//! Why lowered: rustc's default output needs Chromium 96 and Node 18; the lowered one runs in televisions of 2018
//! and costs about one percent of size. Each step below says what would happen without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::order;
use crate::run::{Outcome, cargo, output, run};

const NAME: &str = "device_code_flow";
const NAMED: &str = "device_code_flow.named.wasm";
const TARGET: &str = "wasm32-unknown-unknown";

/// Leaves `device_code_flow.js`, `device_code_flow_bg.wasm` and the same module with the names of its functions in target/glue,
/// and prints the sizes of what is shipped.
pub fn build(top: &Path) -> Outcome {
    let glue = top.join("target/glue");
    let module = made(top, &top.join("target"), &glue)?;
    println!("{}", sizes(&[&glue.join(format!("{NAME}.js")), &module])?);
    Ok(())
}

/// The module with names, of which [`build`] ships the rest: the same functions in the same places.
pub fn named(top: &Path) -> Outcome<PathBuf> {
    build(top)?;
    Ok(top.join("target/glue").join(NAMED))
}

/// Builds the module again in target/again, from nothing, and compares it with that of target/glue.
pub fn reproducible(top: &Path) -> Outcome {
    let read = |file: &Path| fs::read(file).map_err(|error| format!("{}: {error}", file.display()));
    let name = format!("{NAME}_bg.wasm");
    let (first, folder) = (read(&top.join("target/glue").join(&name))?, top.join("target/again"));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let module = made(top, &folder, &folder.join("glue"))?;
    if read(&module)? != first {
        return Err(format!("two builds of the same sources differ: target/glue/{name} and {}", module.display()));
    }
    println!("{name}: the same {} bytes in two builds", first.len());
    Ok(())
}

/// Names are kept to the last step, so that a trap in the shipped module can be looked up in the named one.
fn made(top: &Path, target: &Path, glue: &Path) -> Outcome<PathBuf> {
    let compiled = compile(top, target, &[FLAGS, &["-Cstrip=none"]].concat())?;
    fs::create_dir_all(glue).map_err(|error| format!("{}: {error}", glue.display()))?;
    // Stripping would also take this section away; with it, wasm-bindgen would use reference types.
    let bindable = glue.join(format!("{NAME}.wasm"));
    run(wasm_opt(top).arg(compiled).arg("-o").arg(&bindable).args(["-g", "--strip-target-features"]))?;
    bind(&bindable, glue)?;
    fs::remove_file(&bindable).map_err(|error| format!("{}: {error}", bindable.display()))?;
    let module = glue.join(format!("{NAME}_bg.wasm"));
    lower(top, &module, &["-g"])?;
    shorten(top, &module)?;
    order(top, &module)?;
    let named = glue.join(NAMED);
    fs::rename(&module, &named).map_err(|error| format!("{}: {error}", module.display()))?;
    run(wasm_opt(top).arg(&named).arg("-o").arg(&module).args(["--mvp-features", "--strip-debug"]))?;
    Ok(module)
}

// What the module's compilation has beyond `.cargo/config.toml`. All of it only makes the module smaller (what each
// saves stands in docs/adr/0002); the tests and clippy use the compiler as it comes.

/// The standard library from its source (rustup's `rust-src`), so that it too is compiled for size and for aborting.
const BUILD: &str = "-Zbuild-std=std,panic_abort";
/// For every crate.
const FLAGS: &[&str] = &[
    // A panic becomes the trap that it ends in anyway, without first writing a message that nobody sees.
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    // What copies memory becomes one instruction, which `lower` makes a call of one small loop. The standard library's
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

/// `.cargo/config.toml` chooses the old CPU for this target; `RUSTFLAGS` in the environment would silently replace
/// that choice, so it is taken away.
///
/// `RUSTC_BOOTSTRAP` lets the stable compiler that is installed take the unstable options above. Its price: a later
/// release may rename them. Then the build stops and says so; without them the module is a tenth larger.
/// Only the cdylib: beside an rlib everything that is public counts as used, and that is another tenth.
fn compile(top: &Path, folder: &Path, flags: &[&str]) -> Outcome<PathBuf> {
    run(cargo(top)
        .args(["rustc", "--lib", "--crate-type", "cdylib", "--release", "--target", TARGET])
        .arg(BUILD)
        .arg("--target-dir")
        .arg(folder)
        .args(["--config", &rustflags(flags)?])
        .arg("--")
        .args(LAST_FLAGS)
        .env("RUSTC_BOOTSTRAP", "1")
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

/// Two runs at first, because one that may still use the newer instructions while it optimises brings them back. The second
/// allows none, so it also proves that none is left: a module bound with reference types stops here.
fn lower(top: &Path, module: &Path, options: &[&str]) -> Outcome {
    let lowered = module.with_extension("lowered.wasm");
    run(wasm_opt(top).arg(module).arg("-o").arg(&lowered).args(options).args([
        "--enable-sign-ext",
        "--enable-nontrapping-float-to-int",
        "--enable-bulk-memory",
        "--signext-lowering",
        "--llvm-nontrapping-fptoint-lowering",
        "--llvm-memory-copy-fill-lowering",
    ]))?;
    run(wasm_opt(top).arg(&lowered).arg("-o").arg(module).args(options).args([
        "--mvp-features",
        // Nothing lies in the first kilobyte but the far end of the stack.
        "--low-memory-unused",
        "--flatten",
        "--rereloop",
        "-Oz",
        "--flatten",
        "--rereloop",
        "-Oz",
        "-Oz",
        "--converge",
        // A value worked out twice is longer, but brotli has seen the second one before, and no local is needed.
        "--skip-pass=local-cse",
        // A large function inlined where it is called once makes the module shorter and its brotli longer.
        "--one-caller-inline-max-function-size=100",
        "--always-inline-max-function-size=4",
        // What calls functions of one module of the sources then has similar numbers in it, which `order` sees.
        "--reorder-functions-by-name",
    ]))?;
    fs::remove_file(&lowered).map_err(|error| format!("{}: {error}", lowered.display()))
}

/// The names between module and glue carry hashes, which no compression makes smaller. What they are called now is
/// printed as JSON; js/build.mjs tells the glue. (A run of its own: one that converges would do it several times.)
fn shorten(top: &Path, module: &Path) -> Outcome {
    let shorter = ["-g", "--mvp-features", "--minify-imports-and-exports-and-modules"];
    let names = output(wasm_opt(top).arg(module).arg("-o").arg(module).args(shorter))?;
    let names_file = module.with_file_name("names.json");
    fs::write(&names_file, names).map_err(|error| format!("{}: {error}", names_file.display()))
}

/// Function beside like function: [`order`](crate::order) says why.
fn order(top: &Path, module: &Path) -> Outcome {
    let read = || fs::read(module).map_err(|error| format!("{}: {error}", module.display()));
    let write = |bytes: Option<Vec<u8>>| {
        let bytes = bytes.ok_or("the module's sections cannot be read")?;
        fs::write(module, bytes).map_err(|error| format!("{}: {error}", module.display()))
    };
    write(order::numbered(&read()?))?;
    run(wasm_opt(top).arg(module).arg("-o").arg(module).args(["-g", "--mvp-features", "--reorder-functions-by-name"]))?;
    write(order::unnumbered(&read()?))
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
