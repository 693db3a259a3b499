//! What the module is made of: its largest functions by name, and the sum of each crate's.
//!
//! Reads the two sections of the binary format that it needs (WebAssembly core specification, 5.5: code, and the name
//! section of appendix 7.4.1). Bytes as they stand in the module; brotli makes about 0.41 of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::run::Outcome;
use crate::wasm;

const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const CUSTOM: u8 = 0;
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
    let mut reader = Reader(module.get(8..)?);
    let (mut imported, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
    while !reader.0.is_empty() {
        let kind = reader.byte()?;
        let length = reader.number()?;
        let mut section = Reader(reader.take(length)?);
        match kind {
            IMPORTS => imported = imported_functions(&mut section)?,
            CODE => {
                for _ in 0..section.number()? {
                    let size = section.number()?;
                    section.take(size)?;
                    sizes.push(size);
                }
            }
            CUSTOM if section.text()? == "name" => names = function_names(&mut section)?,
            _ => {}
        }
    }
    let name = |index: usize| names.get(&(imported + index)).map_or_else(|| index.to_string(), |name| plain(name));
    Some(sizes.into_iter().enumerate().map(|(index, size)| (size, name(index))).collect())
}

fn imported_functions(section: &mut Reader) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.text()?;
        section.text()?;
        match section.byte()? {
            0 => {
                functions += 1;
                section.number()?;
            }
            // wasm-bindgen's module brings its own memory and table.
            _ => return None,
        }
    }
    Some(functions)
}

fn function_names<'a>(section: &mut Reader<'a>) -> Option<BTreeMap<usize, &'a str>> {
    let mut names = BTreeMap::new();
    while !section.0.is_empty() {
        let kind = section.byte()?;
        let length = section.number()?;
        let mut part = Reader(section.take(length)?);
        // 1: functions.
        if kind == 1 {
            for _ in 0..part.number()? {
                names.insert(part.number()?, part.text()?);
            }
        }
    }
    Some(names)
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

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        core::str::from_utf8(self.take(length)?).ok()
    }
}
