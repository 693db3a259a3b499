//! What the module is made of: its largest functions by name, and the sum of each crate's.
//!
//! Bytes as they stand in the module; brotli makes about 0.41 of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::binary::Functions;
use crate::run::Outcome;
use crate::wasm;

/// How many functions are listed.
const MOST: usize = 60;

/// Builds the module with names, and prints.
pub fn print(top: &Path) -> Outcome {
    let module = wasm::named(top)?;
    let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    let mut functions = functions(&bytes).ok_or("the module's sections cannot be read")?;
    functions.sort_by_key(|(size, _)| core::cmp::Reverse(*size));
    for (size, name) in functions.iter().take(MOST) {
        println!("{size:>6}  {name}");
    }
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for (size, name) in &functions {
        *crates.entry(crate_of(name)).or_default() += size;
    }
    let mut crates: Vec<_> = crates.into_iter().filter(|(_, size)| *size > 500).collect();
    crates.sort_by_key(|(_, size)| core::cmp::Reverse(*size));
    println!();
    for (name, size) in crates {
        println!("{size:>6}  {name}");
    }
    println!("{:>6}  all functions", functions.iter().map(|(size, _)| size).sum::<usize>());
    Ok(())
}

/// `<core::str::Chars as core::iter::Iterator>::next` is core's. An export has no crate in its name.
fn crate_of(name: &str) -> &str {
    name.trim_start_matches(['<', '&']).split("::").next().unwrap_or(name)
}

/// Size and name of every function that is not imported.
fn functions(module: &[u8]) -> Option<Vec<(usize, String)>> {
    let Functions { imported, bodies, names } = Functions::of(module)?;
    let name = |index: usize| names.get(&(imported + index)).map_or_else(|| index.to_string(), |name| plain(name));
    Some(bodies.into_iter().enumerate().map(|(index, body)| (body.len(), name(index))).collect())
}

/// Without the hashes in brackets.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((hash, after)) if hash.len() > 10 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest = after,
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}
