//! JSON text (RFC 8259) ⇄ [`Value`]: a reader ([`crate::json::scanner`]) and a writer of our own.
//!
//! Why not `serde_json`: it would be the largest part of the module (docs/adr/0002). Why not the host's `JSON.parse`:
//! the core has no host, and a reply that is hard to read is exactly what native tests must reach.
//! Numbers stay text: nothing here needs floating point, and parsing or printing it costs 15 KB.
//!
//! A duplicate member: the last one wins, as with `JSON.parse`.

use core::fmt;

use crate::json::scanner::Scanner;
use crate::text::{cut, decimal, number};

/// A JSON value.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in the order of the text.
    Object(Vec<(String, Value)>),
}

/// Replies and saved flows hold secrets: a debug print shows what kind of value it is and nothing of it.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "text",
            Self::Array(_) => "list",
            Self::Object(_) => "object",
        })
    }
}

impl Value {
    /// Reads a whole text. `None` if it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Scanner::new(text).whole()
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
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, without what is no text.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        if let Self::Array(items) = self {
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
        let (Self::Number(text) | Self::String(text)) = self else { return None };
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
            Self::String(text) => write_text(text, out),
            Self::Array(items) => {
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

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

/// The members of an object that is being written, in their order. What is absent becomes `null`.
#[derive(Default)]
pub struct Members(Vec<(String, Value)>);

impl Members {
    /// Any value.
    pub fn json(&mut self, name: &str, value: Value) {
        self.0.push((name.into(), value));
    }

    /// A text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.json(name, text.into());
    }

    /// A text, where there is one.
    pub fn optional_text(&mut self, name: &str, text: Option<&String>) {
        self.json(name, text.map_or(Value::Null, |text| text.as_str().into()));
    }

    /// Texts.
    pub fn texts(&mut self, name: &str, texts: &[String]) {
        self.json(name, Value::Array(texts.iter().map(|text| text.as_str().into()).collect()));
    }

    /// A whole number.
    pub fn number(&mut self, name: &str, number: impl Into<u64>) {
        self.json(name, Value::number(number));
    }

    /// A whole number, where there is one.
    pub fn optional_number(&mut self, name: &str, number: Option<u64>) {
        self.json(name, number.map_or(Value::Null, Value::number));
    }

    /// A yes or no.
    pub fn flag(&mut self, name: &str, flag: bool) {
        self.json(name, Value::Bool(flag));
    }

    /// The object.
    #[must_use]
    pub fn object(self) -> Value {
        Value::Object(self.0)
    }

    /// The object without what is absent.
    #[must_use]
    pub fn present(mut self) -> Value {
        self.0.retain(|(_, value)| !matches!(value, Value::Null));
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
