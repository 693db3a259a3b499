//! JSON text (RFC 8259) ⇄ [`Json`]: a reader and a writer of our own.
//!
//! Why not `serde_json`: it would be the largest part of the module (docs/adr/0002). Why not the host's `JSON.parse`:
//! the core has no host, and a reply that is hard to read is exactly what native tests must reach.
//! Numbers stay text: nothing here needs floating point, and parsing or printing it costs 15 KB.
//!
//! The reader never panics and never recurses deeper than [`DEPTH`]. A duplicate member: the last one wins, as
//! with `JSON.parse`.

use core::fmt;

use crate::wire::text::decimal;

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
        reader.space();
        reader.rest.is_empty().then_some(value)
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

    /// The member `name` as a whole number, a fraction cut off. Deviation: a number in a string counts
    /// (Entra v1, ADFS).
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Self::Number(text) | Self::Text(text) => whole(text).map(|(number, _)| number),
            _ => None,
        }
    }

    /// The member `name` as a whole number, a fraction rounded up: for lengths that must not be cut short.
    #[must_use]
    pub fn integer_at_least(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Self::Number(text) | Self::Text(text) => {
                whole(text).map(|(number, fraction)| number.saturating_add(i64::from(fraction)))
            }
            _ => None,
        }
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

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(decimal(number))
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl From<u16> for Json {
    fn from(number: u16) -> Self {
        u64::from(number).into()
    }
}

impl From<&[String]> for Json {
    fn from(texts: &[String]) -> Self {
        Self::List(texts.iter().map(|text| text.as_str().into()).collect())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One member of an object that is being written.
#[must_use]
pub fn member(name: &str, value: impl Into<Json>) -> (String, Json) {
    (name.into(), value.into())
}

/// The whole part of a decimal number, and whether a fraction was cut off. An exponent is more than any server
/// was seen to send: such a number counts as missing.
fn whole(text: &str) -> Option<(i64, bool)> {
    let text = text.trim();
    let (digits, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |rest| (true, rest));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.bytes().fold(0_i64, |sum, byte| sum.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    Some((if negative { -number } else { number }, fraction.bytes().any(|byte| byte != b'0')))
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

impl Reader<'_> {
    fn value(&mut self, depth: u8) -> Option<Json> {
        self.space();
        match self.rest.as_bytes().first()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.list(depth.checked_sub(1)?),
            b'"' => self.string().map(Json::Text),
            b't' => self.word("true").map(|()| Json::Bool(true)),
            b'f' => self.word("false").map(|()| Json::Bool(false)),
            b'n' => self.word("null").map(|()| Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: u8) -> Option<Json> {
        self.word("{")?;
        let mut members = Vec::new();
        self.space();
        if self.word("}").is_some() {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            self.word(":")?;
            members.push((name, self.value(depth)?));
            self.space();
            if self.word("}").is_some() {
                return Some(Json::Object(members));
            }
            self.word(",")?;
        }
    }

    fn list(&mut self, depth: u8) -> Option<Json> {
        self.word("[")?;
        let mut items = Vec::new();
        self.space();
        if self.word("]").is_some() {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if self.word("]").is_some() {
                return Some(Json::List(items));
            }
            self.word(",")?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.word("\"")?;
        let mut out = String::new();
        loop {
            let plain = self.rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
            out.push_str(&self.rest[..plain]);
            self.rest = &self.rest[plain..];
            if self.word("\"").is_some() {
                return Some(out);
            }
            self.word("\\")?;
            out.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let escape = self.rest.chars().next()?;
        self.rest = &self.rest[escape.len_utf8()..];
        Some(match escape {
            '"' | '\\' | '/' => escape,
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
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
        let mut ahead = Reader { rest: self.rest };
        ahead.word("\\u")?;
        let low = ahead.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        self.rest = ahead.rest;
        char::from_u32(0x10000 + (high << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4)?;
        let unit = digits.chars().try_fold(0, |sum, digit| Some(sum * 16 + digit.to_digit(16)?))?;
        self.rest = &self.rest[4..];
        Some(unit)
    }

    /// RFC 8259 §6, to the letter: what is written again from here must be JSON to others, too.
    fn number(&mut self) -> Option<Json> {
        let whole = self.rest;
        let _ = self.word("-");
        if self.word("0").is_none() {
            self.digits()?;
        }
        if self.word(".").is_some() {
            self.digits()?;
        }
        if self.word("e").or_else(|| self.word("E")).is_some() {
            let _ = self.word("+").or_else(|| self.word("-"));
            self.digits()?;
        }
        whole.strip_suffix(self.rest).map(|number| Json::Number(number.into()))
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.rest = self.rest.get(end..)?;
        (end > 0).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}
