//! The npm tarball: JavaScript built around target/glue, then `npm pack`.
//!
//! Cargo.toml is the one place that holds a version; nothing here knows what is in the package (js/build.mjs does).

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{Outcome, output, run};

/// Leaves dist/package (the unpacked package) and dist/device-code-flow-VERSION.tgz.
pub fn build(top: &Path) -> Outcome {
    let dist = top.join("dist");
    run(Command::new("node").arg(top.join("js/build.mjs")).arg(version(top)?))?;
    // Run in dist/package's parent: npm writes the tarball where it stands, and reads no configuration of js/.
    let packed = output(Command::new("npm").args(["pack", "--silent", "./package"]).current_dir(&dist))?;
    let tarball = dist.join(packed.trim());
    let bytes = fs::metadata(&tarball).map_err(|error| format!("{}: {error}", tarball.display()))?.len();
    println!("dist/{:<23} {bytes:>8} bytes", packed.trim());
    Ok(())
}

/// The version of the crate, read from its `[package]` section.
fn version(top: &Path) -> Outcome<String> {
    let manifest = fs::read_to_string(top.join("Cargo.toml")).map_err(|error| format!("Cargo.toml: {error}"))?;
    manifest
        .lines()
        .skip_while(|line| *line != "[package]")
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| "Cargo.toml has no line `version = \"…\"` in [package]".into())
}
