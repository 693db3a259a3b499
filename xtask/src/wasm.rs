//! The shipped module: compiled, bound to JavaScript, lowered to the first WebAssembly, made small.
//!
//! Knows nothing of npm or of entry files; it ends with two files in target/glue that `js/build.mjs` takes up.
//! Why lowered: rustc's default output needs Chromium 96 and Node 18; the lowered one runs in televisions of 2018
//! (`cargo xtask builds` compares the two). Each step below says what would happen without it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compile::{Build, NAME, compile};
use crate::order;
use crate::run::{Outcome, output, run};

const NAMED: &str = "device_code_flow.named.wasm";

/// Leaves `device_code_flow.js`, `device_code_flow_bg.wasm` and the same module with the names of its functions in target/glue,
/// and prints the sizes of what is shipped.
pub fn build(top: &Path) -> Outcome {
    let glue = top.join("target/glue");
    let module = made(top, Build::Shipped, top, &top.join("target"), &glue)?;
    println!("{}", sizes(&[&glue.join(format!("{NAME}.js")), &module])?);
    Ok(())
}

/// The module with names, of which [`build`] ships the rest: the same functions in the same places.
pub fn named(top: &Path) -> Outcome<PathBuf> {
    build(top)?;
    Ok(top.join("target/glue").join(NAMED))
}

/// From the sources in `from`, compiled in `folder`, to a module and its glue in `glue`. Names are kept to the last step, so
/// that a trap in the shipped module can be looked up in the named one.
pub fn made(top: &Path, build: Build, from: &Path, folder: &Path, glue: &Path) -> Outcome<PathBuf> {
    let compiled = compile(build, from, folder)?;
    fs::create_dir_all(glue).map_err(|error| format!("{}: {error}", glue.display()))?;
    let bindable = glue.join(format!("{NAME}.wasm"));
    // Stripping would also take this section away; with it, wasm-bindgen would use reference types.
    let strip = (build != Build::Modern).then_some("--strip-target-features");
    run(wasm_opt(top).arg(compiled).arg("-o").arg(&bindable).arg("-g").args(strip))?;
    bind(&bindable, glue)?;
    fs::remove_file(&bindable).map_err(|error| format!("{}: {error}", bindable.display()))?;
    let module = glue.join(format!("{NAME}_bg.wasm"));
    if build != Build::Modern {
        lower(top, &module)?;
    }
    shrink(top, build, &module)?;
    shorten(top, build, &module)?;
    order(top, build, &module)?;
    let named = glue.join(NAMED);
    fs::rename(&module, &named).map_err(|error| format!("{}: {error}", module.display()))?;
    run(wasm_opt(top).arg(&named).arg("-o").arg(&module).args(features(build)).arg("--strip-debug"))?;
    Ok(module)
}

/// What Binaryen may use. Without any, it refuses a module that uses one: what was bound with reference types stops there.
fn features(build: Build) -> &'static [&'static str] {
    match build {
        Build::Shipped | Build::Stable => &["--mvp-features"],
        Build::Modern => &[
            "--enable-bulk-memory",
            "--enable-multivalue",
            "--enable-mutable-globals",
            "--enable-nontrapping-float-to-int",
            "--enable-reference-types",
            "--enable-sign-ext",
        ],
    }
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

/// A run of its own, because one that may still use the newer instructions while it optimises brings them back.
fn lower(top: &Path, module: &Path) -> Outcome {
    run(wasm_opt(top).arg(module).arg("-o").arg(module).args([
        "-g",
        "--enable-sign-ext",
        "--enable-nontrapping-float-to-int",
        "--enable-bulk-memory",
        "--signext-lowering",
        "--llvm-nontrapping-fptoint-lowering",
        "--llvm-memory-copy-fill-lowering",
    ]))
}

fn shrink(top: &Path, build: Build, module: &Path) -> Outcome {
    run(wasm_opt(top).arg(module).arg("-o").arg(module).arg("-g").args(features(build)).args([
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
    ]))
}

/// The names between module and glue carry hashes, which no compression makes smaller. What they are called now is
/// printed as JSON; js/build.mjs tells the glue. (A run of its own: one that converges would do it several times.)
fn shorten(top: &Path, build: Build, module: &Path) -> Outcome {
    let names = output(
        wasm_opt(top)
            .arg(module)
            .arg("-o")
            .arg(module)
            .arg("-g")
            .args(features(build))
            .arg("--minify-imports-and-exports-and-modules"),
    )?;
    let names_file = module.with_file_name("names.json");
    fs::write(&names_file, names).map_err(|error| format!("{}: {error}", names_file.display()))
}

/// Function beside like function: [`order`](crate::order) says why.
fn order(top: &Path, build: Build, module: &Path) -> Outcome {
    let read = || fs::read(module).map_err(|error| format!("{}: {error}", module.display()));
    let write = |bytes: Option<Vec<u8>>| {
        let bytes = bytes.ok_or("the module's sections cannot be read")?;
        fs::write(module, bytes).map_err(|error| format!("{}: {error}", module.display()))
    };
    write(order::numbered(&read()?))?;
    run(wasm_opt(top)
        .arg(module)
        .arg("-o")
        .arg(module)
        .arg("-g")
        .args(features(build))
        .arg("--reorder-functions-by-name"))?;
    write(order::unnumbered(&read()?))
}

/// Binaryen from npm, started by node itself so that the same line works where `.bin` holds no executable.
fn wasm_opt(top: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(top.join("js/node_modules/binaryen/bin/wasm-opt"));
    node
}

/// One line a file: its raw size and its size under brotli.
fn sizes(files: &[&Path]) -> Outcome<String> {
    let mut lines = String::new();
    for file in files {
        let raw = fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?.len();
        let name = file.file_name().unwrap_or_default().display().to_string();
        let _ = writeln!(lines, "{name:28} {raw:8} bytes {:8} brotli", brotli(file)?);
    }
    Ok(lines.trim_end().to_owned())
}

/// The size under brotli's best setting, which node has and Rust's library has not.
pub fn brotli(file: &Path) -> Outcome<u32> {
    const PROGRAM: &str =
        "console.log(require('zlib').brotliCompressSync(require('fs').readFileSync(process.argv[1])).length)";
    let printed = output(Command::new("node").arg("-e").arg(PROGRAM).arg(file))?;
    printed.trim().parse().map_err(|_| format!("{}: {printed:?} is no size", file.display()))
}
