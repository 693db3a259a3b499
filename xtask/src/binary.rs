//! The parts of WebAssembly's binary format that are looked at here: sections, the bodies of functions, their names.
//!
//! WebAssembly core specification, 5.5: imports and code, and the name section of appendix 7.4.1.

use std::collections::BTreeMap;

const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const CUSTOM: u8 = 0;
/// What stands before the first section: the magic number and the version.
const PREAMBLE: usize = 8;
/// The part of the name section that names functions.
const FUNCTION_NAMES: u8 = 1;

/// What a module says about its functions.
pub struct Functions<'a> {
    /// How many are imported; these have the first indices and no body.
    pub imported: usize,
    /// The bodies of the others, in the order of their indices.
    pub bodies: Vec<&'a [u8]>,
    /// By index, as far as they have one.
    pub names: BTreeMap<usize, &'a str>,
}

impl<'a> Functions<'a> {
    /// `None`: not a module, or one that imports something else than functions.
    pub fn of(module: &'a [u8]) -> Option<Self> {
        let mut found = Self { imported: 0, bodies: Vec::new(), names: BTreeMap::new() };
        for (kind, content) in sections(module)? {
            let mut section = Reader(content);
            match kind {
                IMPORTS => found.imported = imported_functions(&mut section)?,
                CODE => {
                    for _ in 0..section.number()? {
                        let size = section.number()?;
                        found.bodies.push(section.take(size)?);
                    }
                }
                CUSTOM if section.text()? == "name" => found.names = function_names(section)?,
                _ => {}
            }
        }
        Some(found)
    }
}

/// The module with the names of its functions changed, and no other names.
pub fn renamed(module: &[u8], name: impl Fn(usize, &str) -> String) -> Option<Vec<u8>> {
    let mut written = module.get(..PREAMBLE)?.to_vec();
    for (kind, content) in sections(module)? {
        let mut section = Reader(content);
        if kind != CUSTOM || section.text()? != "name" {
            write(&mut written, kind, content);
            continue;
        }
        let names = function_names(section)?;
        let mut part = leb128(names.len());
        for (index, old) in names {
            let new = name(index, old);
            part.extend([leb128(index), leb128(new.len()), new.into_bytes()].concat());
        }
        let mut content = leb128("name".len());
        content.extend(b"name");
        write(&mut content, FUNCTION_NAMES, &part);
        write(&mut written, CUSTOM, &content);
    }
    Some(written)
}

fn sections(module: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut reader = Reader(module.get(PREAMBLE..)?);
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        sections.push(reader.section()?);
    }
    Some(sections)
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

fn function_names(mut section: Reader<'_>) -> Option<BTreeMap<usize, &str>> {
    let mut names = BTreeMap::new();
    while !section.0.is_empty() {
        let (kind, content) = section.section()?;
        if kind == FUNCTION_NAMES {
            let mut part = Reader(content);
            for _ in 0..part.number()? {
                names.insert(part.number()?, part.text()?);
            }
        }
    }
    Some(names)
}

fn write(to: &mut Vec<u8>, kind: u8, content: &[u8]) {
    to.push(kind);
    to.extend(leb128(content.len()));
    to.extend(content);
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
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

    /// A section, or a part of one that is written in the same way.
    fn section(&mut self) -> Option<(u8, &'a [u8])> {
        let kind = self.byte()?;
        let length = self.number()?;
        Some((kind, self.take(length)?))
    }
}
