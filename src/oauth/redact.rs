//! Secrets that a server repeats (RFC 8628 §5.2): how they are found in its words, in whichever spelling, and left out. An error
//! holds these words, and errors end in logs.

use crate::json::Value;

/// In bytes. No server has a shorter device code or token, and a shorter text would be found in many texts that repeat nothing.
pub const MIN_SECRET_LENGTH: usize = 12;
/// An answer with more tokens than this is no OAuth answer. All of its words are left out then: looking for each token in each of them
/// would take too long.
const MAX_TOKENS: usize = 8;
/// The members of an answer whose values are secrets, without underscores and in small letters: some servers write `accessToken`.
const SECRET_MEMBERS: [&str; 5] = ["devicecode", "accesstoken", "refreshtoken", "idtoken", "token"];
/// The longest reference of HTML that is resolved, in bytes: `&#x10FFFF;` with leading zeros.
const MAX_REFERENCE: usize = 16;
/// What stands in the place of a text that repeats a secret.
pub const LEFT_OUT: &str = "(left out: it repeated a secret)";

/// The secrets of one exchange: what was sent, and what came back.
pub struct Secrets<'a> {
    /// As they are, and [`plain`].
    all: Vec<(&'a str, String)>,
    are_too_many: bool,
}

impl<'a> Secrets<'a> {
    /// Those that were `sent`, and the tokens anywhere in an answer with these `members`.
    #[must_use]
    pub fn new(sent: &[&'a str], members: Option<&'a Value>) -> Self {
        let mut all = sent.to_vec();
        let limit = sent.len() + MAX_TOKENS;
        if let Some(members) = members {
            collect(members, limit + 1, &mut all);
        }
        let are_too_many = all.len() > limit;
        all.truncate(limit);
        all.retain(|secret| secret.len() >= MIN_SECRET_LENGTH);
        Self { all: all.into_iter().map(|secret| (secret, plain(secret))).collect(), are_too_many }
    }

    /// Does `text` repeat one of them?
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        if text.is_empty() || self.all.is_empty() {
            return false;
        }
        let plain_text = plain(text);
        let is_in = |(secret, plain): &(&str, String)| {
            text.contains(secret) || !plain.is_empty() && plain_text.contains(plain.as_str())
        };
        self.are_too_many || self.all.iter().any(is_in)
    }

    /// `text`, or another text in its place if it repeats one of them.
    #[must_use]
    pub fn leave_out(&self, text: String) -> String {
        if self.are_in(&text) { LEFT_OUT.into() } else { text }
    }
}

/// Adds the secrets in `value`, up to `limit` in all.
fn collect<'a>(value: &'a Value, limit: usize, secrets: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('_', "").to_ascii_lowercase();
                if SECRET_MEMBERS.contains(&name.as_str()) {
                    collect_texts(value, limit, secrets);
                } else {
                    collect(value, limit, secrets);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, limit, secrets)),
        _ => {}
    }
}

/// Adds the texts in the value of a member that holds secrets.
fn collect_texts<'a>(value: &'a Value, limit: usize, secrets: &mut Vec<&'a str>) {
    match value {
        Value::String(text) | Value::Number(text) if text.len() >= MIN_SECRET_LENGTH && secrets.len() < limit => {
            secrets.push(text);
        }
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, limit, secrets)),
        _ => collect(value, limit, secrets),
    }
}

/// Does `text` contain `part`, percent-encoded, escaped, in other case or with white space in it as well?
#[must_use]
pub fn repeats(text: &str, part: &str) -> bool {
    let plain_part = plain(part);
    !part.is_empty() && text.contains(part) || !plain_part.is_empty() && plain(text).contains(&plain_part)
}

/// The one spelling that all spellings of a text become: percent-encodings, the escapes of JSON and JavaScript strings and the numeric
/// references of HTML are resolved, however often they were applied; spaces, line breaks and plus signs (spaces in a form) are left out,
/// and letters are small. It is for comparing only.
fn plain(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        out.push(byte);
        // What an escape stands for may be the end of another escape.
        while resolve_escape_at_end(&mut out) {}
        while out.pop_if(|byte| *byte == b'+' || byte.is_ascii_whitespace()).is_some() {}
    }
    out.retain(|byte| *byte != b'\\');
    let mut text = String::from_utf8_lossy(&out).to_ascii_lowercase();
    text.retain(|character| !character.is_whitespace());
    text
}

/// Resolves the escape that `bytes` end with, if they do.
fn resolve_escape_at_end(bytes: &mut Vec<u8>) -> bool {
    resolve_percent_at_end(bytes) || resolve_backslash_at_end(bytes) || resolve_reference_at_end(bytes)
}

/// `%2F`
fn resolve_percent_at_end(bytes: &mut Vec<u8>) -> bool {
    let [.., b'%', high, low] = bytes.as_slice() else { return false };
    let Some(byte) = hexadecimal(&[*high, *low]).and_then(|byte| u8::try_from(byte).ok()) else { return false };
    bytes.truncate(bytes.len() - 3);
    bytes.push(byte);
    true
}

/// `&#47;`, `&#x2F;`, and `&amp;`, which may be the beginning of one that was escaped again.
fn resolve_reference_at_end(bytes: &mut Vec<u8>) -> bool {
    if bytes.last() != Some(&b';') {
        return false;
    }
    let tail = bytes.len().saturating_sub(MAX_REFERENCE);
    let Some(start) = bytes[tail..].iter().rposition(|byte| *byte == b'&').map(|at| tail + at) else { return false };
    let name = String::from_utf8_lossy(&bytes[start + 1..bytes.len() - 1]).to_ascii_lowercase();
    let number = match name.strip_prefix("#x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if name == "amp" => Some(u32::from(b'&')),
        None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
    };
    let Some(character) = number.and_then(char::from_u32) else { return false };
    bytes.truncate(start);
    bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
    true
}

/// `\u002F`, `\x2F`, `\/`. Backslashes before it belong to it: it was escaped again. Half of a pair of UTF-16 becomes U+FFFD.
fn resolve_backslash_at_end(bytes: &mut Vec<u8>) -> bool {
    let (length, character) = match bytes.as_slice() {
        [.., b'\\', b'u', a, b, c, d] if let Some(unit) = hexadecimal(&[*a, *b, *c, *d]) => {
            (6, char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        [.., b'\\', b'x', high, low] if let Some(unit) = hexadecimal(&[*high, *low]) => {
            (4, char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        [.., b'\\', itself] if itself.is_ascii() && !matches!(itself, b'\\' | b'u' | b'x' | b'%' | b'&') => {
            (2, char::from(*itself))
        }
        _ => return false,
    };
    bytes.truncate(bytes.len() - length);
    while bytes.pop_if(|byte| *byte == b'\\').is_some() {}
    bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
    true
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}
