//! Goes through JSON text (RFC 8259) by recursive descent.
//!
//! [`Scanner::parse_value`] builds the next value. [`Scanner::skip_value`] checks it as strictly and answers only where it stands.
//! With [`Scanner::open_object`] and [`Scanner::next_member`] a caller goes through the members of an object one by one. That is for a
//! cache of forty megabytes of which a lookup needs four entries.
//!
//! Time is linear in the length of the text. Nothing panics, and nothing nests deeper than [`MAX_DEPTH`].

use core::mem;
use std::borrow::Cow;

use crate::json::Value;

/// How deep arrays and objects may nest. OAuth replies nest five deep; the stack has room for thousands.
pub const MAX_DEPTH: u8 = 64;

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The position of its first byte.
    pub start: usize,
    /// The position after its last byte.
    pub end: usize,
}

/// The text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The position where it goes wrong.
    pub at: usize,
}

/// A text and a position in it.
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

/// An object or an array that is being gone through.
pub struct Container {
    closing: u8,
    is_first: bool,
}

/// Builds the value that is the whole text.
///
/// # Errors
/// The text is not JSON.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let mut scanner = Scanner::new(text);
    let value = scanner.parse_value()?;
    scanner.end()?;
    Ok(value)
}

impl<'a> Scanner<'a> {
    /// Stands at the beginning of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// How far the text has been gone through, in bytes.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space. It tells the kind of the next value.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest().iter().copied().find(|byte| !is_space(*byte))
    }

    /// Checks that only white space is left.
    ///
    /// # Errors
    /// Something else is left.
    pub fn end(&mut self) -> Result<(), SyntaxError> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { self.error() }
    }

    /// Goes past the next value.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn skip_value(&mut self) -> Result<Span, SyntaxError> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'{') => {
                let mut object = self.open(b'{', b'}')?;
                while self.next_member(&mut object)?.is_some() {
                    self.skip_value()?;
                }
            }
            Some(b'[') => {
                let mut array = self.open(b'[', b']')?;
                while self.has_next(&mut array)? {
                    self.skip_value()?;
                }
            }
            Some(b'"') => {
                self.string()?;
            }
            _ => {
                self.literal()?;
            }
        }
        Ok(Span { start, end: self.at })
    }

    /// Goes past the next value and builds it.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn parse_value(&mut self) -> Result<Value, SyntaxError> {
        match self.peek() {
            Some(b'{') => {
                let mut members = Vec::new();
                let mut object = self.open(b'{', b'}')?;
                while let Some(name) = self.next_member(&mut object)? {
                    members.push((self.unescaped(name), self.parse_value()?));
                }
                Ok(Value::Object(members))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                let mut array = self.open(b'[', b']')?;
                while self.has_next(&mut array)? {
                    items.push(self.parse_value()?);
                }
                Ok(Value::Array(items))
            }
            Some(b'"') => {
                let string = self.string()?;
                Ok(Value::String(self.unescaped(string)))
            }
            _ => Ok(match self.literal()? {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => Value::Number(number.into()),
            }),
        }
    }

    /// Goes into the next value, which must be an object. The depth limit holds for each value in it, not for the object itself: a document
    /// that is read member by member takes no level of what the members may have.
    ///
    /// # Errors
    /// It is not an object.
    pub fn open_object(&mut self) -> Result<Container, SyntaxError> {
        self.skip_space();
        self.expect(b'{')?;
        Ok(Container { closing: b'}', is_first: true })
    }

    /// Goes to the value of the next member of an object and answers where its name stands, without the quotation marks. At the
    /// end of the object: goes past it and answers `None`.
    ///
    /// # Errors
    /// What follows is not JSON.
    pub fn next_member(&mut self, object: &mut Container) -> Result<Option<Span>, SyntaxError> {
        if !self.has_next(object)? {
            return Ok(None);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(Some(name))
    }

    fn open(&mut self, opening: u8, closing: u8) -> Result<Container, SyntaxError> {
        self.skip_space();
        if self.depth == MAX_DEPTH {
            return self.error();
        }
        self.expect(opening)?;
        self.depth += 1;
        Ok(Container { closing, is_first: true })
    }

    /// Goes past the comma before the next item, or past the end of the container.
    fn has_next(&mut self, container: &mut Container) -> Result<bool, SyntaxError> {
        let is_first = mem::take(&mut container.is_first);
        if self.peek() == Some(container.closing) {
            self.expect(container.closing)?;
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if !is_first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// Goes past a string and answers what stands between its quotation marks.
    fn string(&mut self) -> Result<Span, SyntaxError> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            self.at += length_before_special(self.rest());
            self.at += match self.rest() {
                [b'"', ..] => break,
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
                [b'\\', b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => 6,
                [b'\\', ..] => return Err(SyntaxError { at: self.at + 1 }),
                _ => return self.error(),
            };
        }
        let end = self.at;
        self.at += 1;
        Ok(Span { start, end })
    }

    /// Goes past `null`, `true`, `false` or a number.
    fn literal(&mut self) -> Result<&'a str, SyntaxError> {
        self.skip_space();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find([',', ']', '}', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        let literal = rest.get(..end).unwrap_or_default();
        if !matches!(literal, "null" | "true" | "false") && !is_number(literal) {
            return self.error();
        }
        self.at += end;
        Ok(literal)
    }

    fn expect(&mut self, byte: u8) -> Result<(), SyntaxError> {
        self.skip_space();
        if self.rest().first() != Some(&byte) {
            return self.error();
        }
        self.at += 1;
        Ok(())
    }

    fn skip_space(&mut self) {
        self.at += self.rest().iter().take_while(|byte| is_space(**byte)).count();
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn unescaped(&self, string: Span) -> String {
        unescaped(self.text.get(string.start..string.end).unwrap_or_default()).into()
    }

    fn error<T>(&self) -> Result<T, SyntaxError> {
        Err(SyntaxError { at: self.at })
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// RFC 8259 §6, to the letter: numbers are written again as they were read, and must be JSON to other readers.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(before, after)| (before, Some(after)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(before, after)| (before, Some(after)));
    let exponent = exponent.map(|signed| signed.strip_prefix(['+', '-']).unwrap_or(signed));
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

/// The text that a JSON string stands for, from what is between its quotation marks.
#[must_use]
pub fn unescaped(string: &str) -> Cow<'_, str> {
    let mut length = length_before_special(string.as_bytes());
    if length == string.len() {
        return Cow::Borrowed(string);
    }
    let (mut rest, mut text) = (string, String::new());
    while let Some((before, escape)) = rest.split_at_checked(length) {
        text.push_str(before);
        let Some((character, escape_length)) = escaped(escape) else { break };
        text.push(character);
        rest = escape.get(escape_length..).unwrap_or_default();
        length = length_before_special(rest.as_bytes());
    }
    Cow::Owned(text)
}

/// The character that the escape at the beginning of `text` stands for, and the length of the escape.
fn escaped(text: &str) -> Option<(char, usize)> {
    let character = match text.as_bytes().get(1)? {
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return utf16_unit(text).map(|unit| utf16_character(unit, text)),
        itself => char::from(*itself),
    };
    Some((character, 2))
}

/// The unit of UTF-16 in the escape `\u…` at the beginning of `text`.
fn utf16_unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// The character that begins with `unit`, which takes a second escape where it is the first half of a surrogate pair. A half alone
/// has no meaning and becomes U+FFFD.
fn utf16_character(unit: u16, text: &str) -> (char, usize) {
    let second = text.get(6..).and_then(utf16_unit);
    match char::decode_utf16([unit].into_iter().chain(second)).next() {
        Some(Ok(character)) => (character, 6 * character.len_utf16()),
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// How many bytes stand before the first one that ends or breaks the text of a JSON string: a quotation mark, a backslash, a
/// control character.
#[must_use]
pub fn length_before_special(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::MAX / 255;
    // Tokens are long, so eight bytes are looked at together. Subtracting sets the top bit of each byte that is below the subtrahend.
    // A borrow may set further bits above it, but only the lowest one is used.
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut at = 0;
    for eight in eights {
        let word = u64::from_le_bytes(*eight);
        let control = word.wrapping_sub(EACH * 0x20);
        let quotation = (word ^ (EACH * 0x22)).wrapping_sub(EACH);
        let backslash = (word ^ (EACH * 0x5c)).wrapping_sub(EACH);
        let special = (control | quotation | backslash) & !word & (EACH << 7);
        if special != 0 {
            return at + (special.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count()
}
