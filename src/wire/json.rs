//! JSON text (RFC 8259) ⇄ [`Json`]: a reader and a writer of our own.
//!
//! Why not `serde_json`: it would be the largest part of the module (docs/adr/0002). Why not the host's `JSON.parse`:
//! the core has no host, and a reply that is hard to read is exactly what native tests must reach.
//! Numbers stay text: nothing here needs floating point, and parsing or printing it costs 15 KB.
//!
//! The reader never panics and never recurses deeper than [`DEPTH`]. A duplicate member: the last one wins, as
//! with `JSON.parse`.

use core::fmt;

use crate::wire::text::{cut, decimal, number, plain};

/// How deep lists and objects may nest. Far above any OAuth reply, far below the stack.
const DEPTH: u8 = 64;

/// A JSON value.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in the order of the text.
    Object(Vec<(String, Json)>),
}

/// Replies and saved flows hold secrets: a debug print shows what kind of value it is and nothing of it.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::Text(_) => "text",
            Self::List(_) => "list",
            Self::Object(_) => "object",
        })
    }
}

impl Json {
    /// Reads a whole text. `None` if it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(DEPTH)?;
        reader.next().is_none().then_some(value)
    }

    /// A whole number.
    #[must_use]
    pub fn number(number: impl Into<u64>) -> Self {
        Self::Number(decimal(number))
    }

    /// The member `name` of an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of the member `name`; `None` if it is missing or no string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The text of a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, without what is no text.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        if let Self::List(items) = self {
            for item in items {
                texts.extend(item.as_text().map(String::from));
            }
        }
        texts
    }

    /// The member `name` as a whole number, a fraction cut off; what is below zero is zero. Deviation: a number in a
    /// string counts (Entra v1, ADFS).
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<u64> {
        self.get(name)?.whole().map(|(number, _)| number)
    }

    /// The same with a fraction rounded up: for lengths that must not be cut short.
    #[must_use]
    pub fn integer_at_least(&self, name: &str) -> Option<u64> {
        self.get(name)?.at_least()
    }

    /// A whole number, a fraction rounded up.
    #[must_use]
    pub fn at_least(&self) -> Option<u64> {
        self.whole().map(|(number, fraction)| number.saturating_add(u64::from(fraction)))
    }

    /// The whole part of a decimal number, and whether a fraction was cut off. An exponent is more than any server
    /// was seen to send: such a number counts as missing.
    fn whole(&self) -> Option<(u64, bool)> {
        let (Self::Number(text) | Self::Text(text)) = self else { return None };
        let (digits, fraction) = cut(text.trim_ascii(), ".");
        let positive = digits.strip_prefix('-');
        let size = (number(positive.unwrap_or(digits))?, number(fraction.unwrap_or("0"))? > 0);
        Some(if positive.is_none() { size } else { (0, false) })
    }

    /// The value as JSON text, without white space.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_to(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write_to(out);
                }
                out.push('}');
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// The members of an object that is being written, in their order. What is absent becomes `null`.
#[derive(Default)]
pub struct Members(Vec<(String, Json)>);

impl Members {
    /// Any value.
    pub fn json(&mut self, name: &str, value: Json) {
        self.0.push((name.into(), value));
    }

    /// A text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.json(name, text.into());
    }

    /// A text, where there is one.
    pub fn optional_text(&mut self, name: &str, text: Option<&String>) {
        self.json(name, text.map_or(Json::Null, |text| text.as_str().into()));
    }

    /// Texts.
    pub fn texts(&mut self, name: &str, texts: &[String]) {
        self.json(name, Json::List(texts.iter().map(|text| text.as_str().into()).collect()));
    }

    /// A whole number.
    pub fn number(&mut self, name: &str, number: impl Into<u64>) {
        self.json(name, Json::number(number));
    }

    /// A whole number, where there is one.
    pub fn optional_number(&mut self, name: &str, number: Option<u64>) {
        self.json(name, number.map_or(Json::Null, Json::number));
    }

    /// A yes or no.
    pub fn flag(&mut self, name: &str, flag: bool) {
        self.json(name, Json::Bool(flag));
    }

    /// The object.
    #[must_use]
    pub fn object(self) -> Json {
        Json::Object(self.0)
    }

    /// The object without what is absent.
    #[must_use]
    pub fn present(mut self) -> Json {
        self.0.retain(|(_, value)| !matches!(value, Json::Null));
        self.object()
    }

    /// The same as a text.
    #[must_use]
    pub fn write(self) -> String {
        self.present().write()
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // The remaining control characters, none of which is above 0x1f.
            '\0'..='\x1f' => {
                out.push_str("\\u00");
                for nibble in [character as u32 >> 4, character as u32 & 15] {
                    out.push(char::from_digit(nibble, 16).unwrap_or('0'));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// What is left to read. Every method either takes what it names off the front or answers `None`.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Option<Json> {
        match self.next()? {
            b'{' => {
                let mut members = Vec::new();
                self.members(depth.checked_sub(1)?, &mut members)?;
                Some(Json::Object(members))
            }
            b'[' => {
                let mut items = Vec::new();
                self.items(depth.checked_sub(1)?, &mut items)?;
                Some(Json::List(items))
            }
            b'"' => {
                let mut text = String::new();
                self.string(&mut text)?;
                Some(Json::Text(text))
            }
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn members(&mut self, depth: u8, members: &mut Vec<(String, Json)>) -> Option<()> {
        let mut more = self.begins(b'{', b'}')?;
        while more {
            let mut name = String::new();
            self.next()?;
            self.string(&mut name)?;
            self.next()?;
            self.byte(b':')?;
            members.push((name, self.value(depth)?));
            more = self.goes_on(b'}')?;
        }
        Some(())
    }

    fn items(&mut self, depth: u8, items: &mut Vec<Json>) -> Option<()> {
        let mut more = self.begins(b'[', b']')?;
        while more {
            items.push(self.value(depth)?);
            more = self.goes_on(b']')?;
        }
        Some(())
    }

    /// The opening bracket. Is there something between it and the closing one?
    fn begins(&mut self, opening: u8, closing: u8) -> Option<bool> {
        self.byte(opening)?;
        if self.next()? != closing {
            return Some(true);
        }
        self.byte(closing).map(|()| false)
    }

    /// A comma, and there is more; or the closing bracket, and there is not.
    fn goes_on(&mut self, closing: u8) -> Option<bool> {
        if self.next()? == closing {
            return self.byte(closing).map(|()| false);
        }
        self.byte(b',').map(|()| true)
    }

    fn string(&mut self, out: &mut String) -> Option<()> {
        self.byte(b'"')?;
        loop {
            out.push_str(self.take(plain(self.rest.as_bytes()))?);
            if self.byte(b'"').is_some() {
                return Some(());
            }
            self.byte(b'\\')?;
            out.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let escape = *self.take(1)?.as_bytes().first()?;
        Some(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.hex()?;
                self.low_half(unit).or(char::from_u32(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    /// The character that `high` and the escape after it make together. Nothing is taken where they make none: a lone
    /// half of a pair has no meaning in UTF-8.
    fn low_half(&mut self, high: u32) -> Option<char> {
        let high = high.checked_sub(0xd800).filter(|high| *high < 0x400)?;
        let mut ahead = Reader { rest: self.rest.strip_prefix("\\u")? };
        let low = ahead.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        self.rest = ahead.rest;
        char::from_u32(0x10000 + (high << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let mut unit = 0;
        for digit in self.take(4)?.bytes() {
            unit = unit * 16 + char::from(digit).to_digit(16)?;
        }
        Some(unit)
    }

    /// RFC 8259 §6, to the letter: what is written again from here must be JSON to others, too.
    fn number(&mut self) -> Option<Json> {
        let whole = self.rest;
        let _ = self.byte(b'-');
        if self.byte(b'0').is_none() {
            self.digits()?;
        }
        if self.byte(b'.').is_some() {
            self.digits()?;
        }
        if self.byte(b'e').or_else(|| self.byte(b'E')).is_some() {
            let _ = self.byte(b'+').or_else(|| self.byte(b'-'));
            self.digits()?;
        }
        whole.strip_suffix(self.rest).map(|number| Json::Number(number.into()))
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.take(end)?;
        (end > 0).then_some(())
    }

    fn word(&mut self, word: &str, meaning: Json) -> Option<Json> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(meaning)
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        (self.rest.bytes().next()? == byte).then_some(())?;
        self.take(1)?;
        Some(())
    }

    /// The next byte that is no white space, which alone is taken.
    fn next(&mut self) -> Option<u8> {
        let space = self.rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.take(space.count())?;
        self.rest.bytes().next()
    }

    fn take(&mut self, bytes: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }
}
