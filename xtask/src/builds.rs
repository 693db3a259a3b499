//! Comparisons of the shipped module with other builds of the same sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, output};
use crate::wasm::{Build, NAME, brotli, make};

/// The lowered module may be this much larger than [`Build::Modern`] under brotli. Above that, there should be two modules:
/// every page would pay for old televisions.
const MAX_LOWERED_RATIO: f64 = 1.03;

/// What a build of the module reads, beside Binaryen.
const SOURCES: &[&str] = &["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo", "src", "examples", "xtask"];

/// Builds the module again in another folder and compares it with that of target/glue.
pub fn reproducible(top: &Path) -> Outcome {
    let (name, folder) = (format!("{NAME}_bg.wasm"), empty_folder(top, "again")?);
    // The depth differs, too: a path that gets into the module would show.
    let sources = folder.join("other/sources");
    fs::create_dir_all(&sources).map_err(|error| format!("{}: {error}", sources.display()))?;
    output(Command::new("cp").arg("-r").args(SOURCES.iter().map(|source| top.join(source))).arg(&sources))?;
    let again = read(&make(top, Build::Shipped, &sources, &folder, &folder.join("glue"))?)?;
    if again != read(&top.join("target/glue").join(&name))? {
        return Err(format!("two builds of the same sources differ: target/glue/{name} and target/again/glue/{name}"));
    }
    let compiler = output(Command::new("rustc").arg("--version"))?;
    println!("{name}: the same {} bytes in two folders, by {}", again.len(), compiler.trim());
    Ok(())
}

/// Prints the sizes of all builds as a table in Markdown (docs/adr/0010 has one). Fails if lowering costs too much.
pub fn compare(top: &Path) -> Outcome {
    let folder = empty_folder(top, "builds")?;
    let size = |build| {
        let module = make(top, build, top, &folder, &folder.join("glue"))?;
        Ok::<_, String>((read(&module)?.len(), f64::from(brotli(&module)?)))
    };
    let (shipped, modern, stable) = (size(Build::Shipped)?, size(Build::Modern)?, size(Build::Stable)?);
    println!("| build | raw | brotli | of the shipped |\n|---|---|---|---|");
    for (name, (raw, brotli)) in [("as shipped", shipped), ("not lowered", modern), ("lowered, stable options", stable)]
    {
        println!("| {name} | {raw} | {brotli} | {:.3} |", brotli / shipped.1);
    }
    if shipped.1 > modern.1 * MAX_LOWERED_RATIO {
        return Err(format!("lowered, the module is {:.3} of the modern one", shipped.1 / modern.1));
    }
    Ok(())
}

fn empty_folder(top: &Path, name: &str) -> Outcome<PathBuf> {
    let folder = top.join("target").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}
