//! JSON text (RFC 8259) gone through: read, or only divided, to find where the members of an object stand.
//!
//! Divided is a text of forty megabytes of which a lookup needs four entries, and which is written again with everything else
//! as it was. Nothing here panics, or recurses deeper than `DEPTH`.

use std::borrow::Cow;

use crate::json::Value;
use crate::text::{cut, nibble, number, plain};

/// How deep lists and objects may nest. Far above any OAuth reply, far below the stack.
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
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// It is not JSON, which shows at `at`. From then on it is taken for one that ends there, so that nothing inside has to look at
    /// this but at its end.
    broken: bool,
}

impl<'a> Scanner<'a> {
    /// At the beginning.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, broken: false }
    }

    /// What the next value begins with, which tells its kind.
    pub fn first(&mut self) -> Option<u8> {
        Some(self.next()).filter(|byte| *byte != 0)
    }

    /// Goes through the members of an object: `with` is told the name of each, without its quotation marks, and what its value
    /// begins with, and has to go through the value.
    pub fn members(&mut self, with: &mut dyn FnMut(&mut Self, Span, u8) -> Option<()>) -> Option<()> {
        let mut more = self.opens(b'{', b'}');
        while more {
            let name = self.member();
            let first = self.next();
            with(self, name, first)?;
            more = self.follows(b'}');
        }
        (!self.broken).then_some(())
    }

    /// A value of any kind.
    pub fn value(&mut self) -> Option<Span> {
        let start = self.position()?;
        self.read(DEPTH, false);
        (!self.broken).then_some(Span { start, end: self.at })
    }

    /// Where the next value begins, or where the last one ended if none is left.
    pub fn position(&mut self) -> Option<usize> {
        self.first().map(|_| self.at)
    }

    /// How far it has been gone through.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.at
    }

    /// Is nothing left?
    pub fn is_over(&mut self) -> bool {
        self.next();
        !self.broken && self.at == self.text.len()
    }

    /// The value that is the whole text.
    pub fn whole(&mut self) -> Option<Value> {
        let value = self.read(DEPTH, true);
        self.is_over().then_some(value)
    }

    /// The next value. One that is not to be kept is read as strictly, and given without what is in it.
    fn read(&mut self, depth: u8, keep: bool) -> Value {
        let first = self.next();
        match first {
            b'{' | b'[' if depth > 0 => {
                let (mut members, mut items) = (Vec::new(), Vec::new());
                let (is_object, closing) = (first == b'{', first + 2);
                let mut more = self.opens(first, closing);
                while more {
                    let name = if is_object { self.member() } else { Span::default() };
                    let value = self.read(depth - 1, keep);
                    if keep && is_object {
                        members.push((self.unescaped(name), value));
                    } else if keep {
                        items.push(value);
                    }
                    more = self.follows(closing);
                }
                if is_object { Value::Object(members) } else { Value::Array(items) }
            }
            b'"' => {
                let string = self.string();
                if keep { Value::String(self.unescaped(string)) } else { Value::Null }
            }
            _ => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let (word, _) = cut(rest, ",]} \t\n\r");
                let value = match word {
                    "true" | "false" => Value::Bool(word == "true"),
                    "null" => Value::Null,
                    _ if is_number(word) => Value::Number(word.into()),
                    _ => {
                        self.broken = true;
                        return Value::Null;
                    }
                };
                self.at += word.len();
                value
            }
        }
    }

    fn member(&mut self) -> Span {
        self.next();
        let name = self.string();
        self.next();
        self.byte(b':');
        name
    }

    fn opens(&mut self, opening: u8, closing: u8) -> bool {
        self.next();
        self.byte(opening);
        if self.next() != closing {
            return !self.broken;
        }
        self.byte(closing);
        false
    }

    fn follows(&mut self, closing: u8) -> bool {
        let ends = self.next() == closing;
        self.byte(if ends { closing } else { b',' });
        !ends && !self.broken
    }

    /// What stands between the quotation marks of a string.
    fn string(&mut self) -> Span {
        self.byte(b'"');
        let start = self.at;
        while !self.broken {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let length = plain(rest);
            self.at += length + 1;
            match rest.get(length..).unwrap_or_default() {
                [b'"', ..] => break,
                [b'\\', b'u', digits @ ..] => {
                    self.broken = !digits.get(..4).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {}
                special => {
                    self.broken = true;
                    // In front of what no string has in it, or of the end of the text.
                    self.at -= usize::from(special.first() != Some(&b'\\'));
                    break;
                }
            }
            // Hexadecimal digits are plain.
            self.at += usize::from(!self.broken);
        }
        Span { start, end: self.at.saturating_sub(1) }
    }

    fn unescaped(&self, string: Span) -> String {
        unescaped(self.text.get(string.start..string.end).unwrap_or_default()).into()
    }

    fn byte(&mut self, byte: u8) {
        if self.broken || self.text.as_bytes().get(self.at) != Some(&byte) {
            self.broken = true;
        } else {
            self.at += 1;
        }
    }

    /// The next byte that is no white space; zero where none is left.
    fn next(&mut self) -> u8 {
        while !self.broken {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return *byte,
                None => break,
            }
        }
        0
    }
}

/// What stands for what is between the quotation marks of a string: nearly always that itself.
#[must_use]
pub fn unescaped(string: &str) -> Cow<'_, str> {
    let mut length = plain(string.as_bytes());
    if length == string.len() {
        return Cow::Borrowed(string);
    }
    let (mut rest, mut out) = (string, String::new());
    while let Some((before, escape)) = rest.split_at_checked(length) {
        out.push_str(before);
        let Some(escape) = escape.get(1..) else { break };
        let (character, passed) = escaped(escape.as_bytes());
        out.push(character);
        rest = escape.get(passed..).unwrap_or_default();
        length = plain(rest.as_bytes());
    }
    Cow::Owned(out)
}

/// What an escape stands for, and how long it is behind its backslash.
fn escaped(escape: &[u8]) -> (char, usize) {
    match escape {
        [b'b', ..] => ('\x08', 1),
        [b'f', ..] => ('\x0c', 1),
        [b'n', ..] => ('\n', 1),
        [b'r', ..] => ('\r', 1),
        [b't', ..] => ('\t', 1),
        [b'u', digits @ ..] => {
            let high = unit(digits);
            if let (0xd800..0xdc00, [b'\\', b'u', digits @ ..]) = (high, digits.get(4..).unwrap_or_default())
                && let low @ 0xdc00..0xe000 = unit(digits)
            {
                let pair = 0x10000 + ((high & 0x3ff) << 10 | low & 0x3ff);
                return (char::from_u32(pair).unwrap_or_default(), 11);
            }
            // A lone half of a pair has no meaning in UTF-8.
            (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 5)
        }
        [itself, ..] => (char::from(*itself), 1),
        [] => Default::default(),
    }
}

/// A unit of UTF-16 in four hexadecimal digits.
fn unit(digits: &[u8]) -> u32 {
    digits.iter().take(4).fold(0, |unit, digit| unit << 4 | u32::from(nibble(*digit)))
}

/// RFC 8259 §6, to the letter: what is written again from here must be JSON to others, too.
fn is_number(word: &str) -> bool {
    let (mantissa, exponent) = cut(word.strip_prefix('-').unwrap_or(word), "eE");
    let (whole, fraction) = cut(mantissa, ".");
    let exponent = exponent.map(|signed| signed.strip_prefix(['+', '-']).unwrap_or(signed));
    let digits = [Some(whole), fraction, exponent].into_iter().flatten().all(|digits| number(digits).is_some());
    digits && (whole == "0" || !whole.starts_with('0'))
}
