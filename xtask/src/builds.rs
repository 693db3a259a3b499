//! The shipped module beside other builds of the same sources: one that must not differ, and two that it must be worth.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compile::{Build, NAME};
use crate::run::{Outcome, output};
use crate::wasm::{brotli, made};

/// How much larger than [`Build::Modern`] the lowered module may be under brotli: above that, each page would pay for old
/// televisions, and there should be two modules.
const LOWERED_AT_MOST: f64 = 1.03;

/// What a build of the module reads, beside Binaryen.
const SOURCES: &[&str] = &["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo", "src", "examples", "xtask"];

/// Builds the module again from nothing, of sources in another folder, and compares it with that of target/glue.
pub fn reproducible(top: &Path) -> Outcome {
    let (name, folder) = (format!("{NAME}_bg.wasm"), emptied(top, "again")?);
    let first = read(&top.join("target/glue").join(&name))?;
    // Another depth, too: a path that got into the module, or into the order of anything, is seen.
    let sources = folder.join("other/sources");
    fs::create_dir_all(&sources).map_err(|error| format!("{}: {error}", sources.display()))?;
    output(Command::new("cp").arg("-r").args(SOURCES.iter().map(|source| top.join(source))).arg(&sources))?;
    let module = made(top, Build::Shipped, &sources, &folder, &folder.join("glue"))?;
    if read(&module)? != first {
        return Err(format!("two builds of the same sources differ: target/glue/{name} and {}", module.display()));
    }
    let compiler = output(Command::new("rustc").arg("--version"))?;
    println!("{name}: the same {} bytes in two folders, by {}", first.len(), compiler.trim());
    Ok(())
}

/// Prints the sizes of the shipped module, of a modern one and of one by stable options alone (docs/adr/0010), as a table
/// for Markdown. Fails if being lowered costs too much.
pub fn compare(top: &Path) -> Outcome {
    println!("| build | raw | brotli | of the shipped |\n|---|---|---|---|");
    let mut shipped = f64::NAN;
    for (build, words) in
        [(Build::Shipped, "as shipped"), (Build::Modern, "not lowered"), (Build::Stable, "lowered, by stable options")]
    {
        let folder = emptied(top, "builds")?;
        let module = made(top, build, top, &folder, &folder.join("glue"))?;
        let (raw, brotli) = (read(&module)?.len(), f64::from(brotli(&module)?));
        if build == Build::Shipped {
            shipped = brotli;
        }
        println!("| {words} | {raw} | {brotli} | {:.3} |", brotli / shipped);
        if build == Build::Modern && shipped > brotli * LOWERED_AT_MOST {
            return Err(format!("lowered, the module is {:.3} of the modern one", shipped / brotli));
        }
    }
    Ok(())
}

fn emptied(top: &Path, name: &str) -> Outcome<PathBuf> {
    let folder = top.join("target").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(folder)
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}
