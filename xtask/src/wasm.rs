//! The WebAssembly module: compiled by cargo, lowered to the first version of WebAssembly, bound to JavaScript by
//! wasm-bindgen, shrunk by wasm-opt. The results in target/glue are what `js/build.mjs` takes up.
//!
//! rustc's default output needs Chromium 96 or Node 18. The lowered module runs in Chromium 64 and Node 12, which is what
//! televisions from 2018 on need. `cargo xtask builds` prints what lowering costs.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, cargo, output, run};

/// The library's name in cargo's output.
pub const NAME: &str = "device_code_flow";
const TARGET: &str = "wasm32-unknown-unknown";

/// A way to build the module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// The module that is published: lowered, with the standard library compiled for size.
    Shipped,
    /// For comparison: the same, not lowered.
    Modern,
    /// For comparison: lowered, with the standard library as rustup delivers it and no unstable option.
    Stable,
}

/// Compiles the standard library from its source (rustup's component `rust-src`), so that it too is optimized for size, with its
/// own short forms of sorting and of searching in texts (4 KB of brotli). The next flags need it.
const BUILD_STD: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
/// Flags for every crate.
const FLAGS: &[&str] = &[
    // Lets the stable compiler accept the next option.
    "-Zunstable-options",
    // A panic traps at once. By default it formats a message first, which nobody could read (2.3 KB).
    "-Cpanic=immediate-abort",
    // Copying memory is one instruction, which the lowering replaces by a call of one short loop. Without it, the standard
    // library's own fast and long functions are linked in (0.7 KB).
    "-Ctarget-feature=+bulk-memory",
];

/// Writes three files to target/glue: `device_code_flow_bg.js`, which is wasm-bindgen's glue; `device_code_flow_bg.wasm`; and
/// `device_code_flow.named.wasm`, the same module with the names of its functions. Prints the sizes of the first two.
pub fn build(top: &Path) -> Outcome {
    let glue = top.join("target/glue");
    let module = make(top, Build::Shipped, top, &top.join("target"), &glue)?;
    for file in [&glue.join(format!("{NAME}_bg.js")), &module] {
        let raw = fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?.len();
        println!("{:28} {raw:8} bytes {:8} brotli", file.file_name().unwrap_or_default().display(), brotli(file)?);
    }
    Ok(())
}

/// Builds the sources in `from`: compiles them in the target folder `target`, and leaves the module and its glue in `glue`.
/// Gives the module's path.
pub fn make(top: &Path, build: Build, from: &Path, target: &Path, glue: &Path) -> Outcome<PathBuf> {
    let compiled = compile(build, from, target)?;
    fs::create_dir_all(glue).map_err(|error| format!("{}: {error}", glue.display()))?;
    let lowered = target.join(format!("{NAME}.wasm"));
    lower(top, build, &compiled, &lowered)?;
    bind(&lowered, glue)?;
    let module = glue.join(format!("{NAME}_bg.wasm"));
    let named = glue.join(format!("{NAME}.named.wasm"));
    let bound = target.join(format!("{NAME}_bg.wasm"));
    fs::rename(&module, &bound).map_err(|error| format!("{}: {error}", module.display()))?;
    // The two modules have the same code: a trap in the first can be looked up in the second, which has the names.
    run(wasm_opt(top, &bound, &module).args(features(build)).arg("-Oz"))?;
    run(wasm_opt(top, &bound, &named).args(features(build)).args(["-Oz", "-g"]))?;
    Ok(module)
}

/// Compiles the crate as a `cdylib` only: beside an `rlib`, everything public counts as used (3 KB of brotli).
///
/// `RUSTC_BOOTSTRAP` lets the installed stable compiler take unstable options. A later release may rename them; then the
/// build stops and says so. [`Build::Stable`] does without (docs/adr/0010 has both sizes). `RUSTFLAGS` in the environment
/// would replace the flags of `.cargo/config.toml`, so it is removed.
fn compile(build: Build, from: &Path, target: &Path) -> Outcome<PathBuf> {
    // The names of functions are needed for the named module.
    let mut flags = vec!["-Cstrip=none"];
    let mut cargo = cargo(from);
    cargo.args(["rustc", "--lib", "--crate-type", "cdylib", "--release", "--target", TARGET]);
    if build != Build::Stable {
        flags.extend(FLAGS);
        cargo.args(BUILD_STD).env("RUSTC_BOOTSTRAP", "1");
    }
    if build == Build::Modern {
        flags.push("-Ctarget-cpu=generic");
    }
    run(cargo
        .arg("--target-dir")
        .arg(target)
        .args(["--config", &rustflags(&flags)?])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR"))?;
    Ok(target.join(format!("{TARGET}/release/{NAME}.wasm")))
}

/// The flags as a setting of cargo, which joins them to those of `.cargo/config.toml`.
///
/// Panics contain the path of a source file. The paths are remapped, so that the module does not tell where it was built
/// and every machine builds the same one.
fn rustflags(flags: &[&str]) -> Outcome<String> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let mut prefixes = vec![(Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), "/rustc")];
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_default();
    // One folder for each registry, named after its host. There is none where crates are vendored.
    for registry in fs::read_dir(cargo_home.join("registry/src")).into_iter().flatten().flatten() {
        prefixes.push((registry.path(), "/crates"));
    }
    let remaps = prefixes.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let quoted: Vec<_> = flags.iter().map(ToString::to_string).chain(remaps).map(|flag| format!("'{flag}'")).collect();
    Ok(format!("target.{TARGET}.rustflags=[{}]", quoted.join(",")))
}

/// Replaces the instructions that the first version of WebAssembly does not have.
///
/// The section `target_features` is removed with them: if it names reference types, wasm-bindgen uses these.
fn lower(top: &Path, build: Build, compiled: &Path, lowered: &Path) -> Outcome {
    if build == Build::Modern {
        return fs::copy(compiled, lowered).map(drop).map_err(|error| format!("{}: {error}", compiled.display()));
    }
    run(wasm_opt(top, compiled, lowered).args([
        "-g",
        "--enable-sign-ext",
        "--enable-nontrapping-float-to-int",
        "--enable-bulk-memory",
        "--strip-target-features",
        "--signext-lowering",
        "--llvm-nontrapping-fptoint-lowering",
        "--llvm-memory-copy-fill-lowering",
    ]))
}

/// Runs wasm-bindgen. Of its targets, "bundler" is the one whose glue does not load the module itself: js/instance.js does,
/// once for each instance.
fn bind(lowered: &Path, glue: &Path) -> Outcome {
    let mut arguments: Vec<OsString> = vec!["wasm-bindgen".into(), lowered.into(), "--out-dir".into(), glue.into()];
    arguments.extend(["--target", "bundler", "--no-typescript", "--remove-producers-section"].map(Into::into));
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).map_err(|error| format!("wasm-bindgen: {error:?}"))
}

/// The features that wasm-opt may use. It refuses a module that uses any other.
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

/// Binaryen from npm. It is started by node itself, because `.bin` holds no program that every system can start.
fn wasm_opt(top: &Path, from: &Path, to: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(top.join("js/node_modules/binaryen/bin/wasm-opt")).arg(from).arg("-o").arg(to);
    node
}

/// The size of a file under brotli's best setting. Node has brotli, Rust's standard library has not.
pub fn brotli(file: &Path) -> Outcome<u32> {
    const PROGRAM: &str =
        "console.log(require('zlib').brotliCompressSync(require('fs').readFileSync(process.argv[1])).length)";
    let printed = output(Command::new("node").arg("-e").arg(PROGRAM).arg(file))?;
    printed.trim().parse().map_err(|_| format!("{}: {printed:?} is not a size", file.display()))
}
