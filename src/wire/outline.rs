//! JSON text (RFC 8259) divided, not read: where the members of an object stand.
//!
//! For a text of forty megabytes of which a lookup needs four entries, and which is written again with everything else as
//! it was. As strict as [`Json::parse`]: what it takes for JSON, that reads. It never recurses deeper than [`DEPTH`].

use crate::wire::json::Json;
use crate::wire::text::{cut, plain};

/// How deep lists and objects may nest: as deep as [`Json`] reads them.
const DEPTH: u8 = 64;

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// A text and how far it has been gone through. Every method answers `None` where the text is not JSON.
///
pub struct Outline<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Outline<'a> {
    /// At the beginning.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    /// Goes through the members of an object: `with` is told the name of each, without its quotation marks, and what its value
    /// begins with, and has to go through the value.
    pub fn members(&mut self, with: &mut dyn FnMut(&mut Self, Span, u8) -> Option<()>) -> Option<()> {
        let mut more = self.opens(b'{', b'}')?;
        while more {
            let name = self.name()?;
            let first = self.next()?;
            with(self, name, first)?;
            more = self.follows(b'}')?;
        }
        Some(())
    }

    fn name(&mut self) -> Option<Span> {
        self.next()?;
        let start = self.at + 1;
        self.string()?;
        let name = Span { start, end: self.at - 1 };
        self.next()?;
        self.byte(b':')?;
        Some(name)
    }

    /// A value of any kind.
    pub fn value(&mut self) -> Option<Span> {
        self.next()?;
        let start = self.at;
        self.skip(DEPTH)?;
        Some(Span { start, end: self.at })
    }

    /// How far it has been gone through.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.at
    }

    /// Is nothing left?
    pub fn is_over(&mut self) -> bool {
        self.next().is_none()
    }

    fn skip(&mut self, depth: u8) -> Option<()> {
        match self.next()? {
            b'{' => {
                let depth = depth.checked_sub(1)?;
                self.members(&mut |outline, _, _| outline.skip(depth))?;
            }
            b'[' => {
                let depth = depth.checked_sub(1)?;
                let mut more = self.opens(b'[', b']')?;
                while more {
                    self.skip(depth)?;
                    more = self.follows(b']')?;
                }
            }
            b'"' => self.string()?,
            _ => {
                let word = cut(self.text.get(self.at..)?, ",]} \t\n\r").0;
                Json::parse(word)?;
                self.at += word.len();
            }
        }
        Some(())
    }

    fn opens(&mut self, opening: u8, closing: u8) -> Option<bool> {
        self.next()?;
        self.byte(opening)?;
        if self.next()? != closing {
            return Some(true);
        }
        self.byte(closing).map(|()| false)
    }

    fn follows(&mut self, closing: u8) -> Option<bool> {
        if self.next()? == closing {
            return self.byte(closing).map(|()| false);
        }
        self.byte(b',').map(|()| true)
    }

    fn string(&mut self) -> Option<()> {
        self.byte(b'"')?;
        loop {
            self.at += plain(self.bytes.get(self.at..)?);
            if self.byte(b'"').is_some() {
                return Some(());
            }
            self.byte(b'\\')?;
            match self.bytes.get(self.at)? {
                b'u' => {
                    let hex = self.bytes.get(self.at + 1..self.at + 5)?;
                    hex.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                }
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                _ => return None,
            }
            // Hexadecimal digits are plain.
            self.at += 1;
        }
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        (*self.bytes.get(self.at)? == byte).then_some(())?;
        self.at += 1;
        Some(())
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }
}
