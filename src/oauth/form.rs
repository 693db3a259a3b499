//! `application/x-www-form-urlencoded`: the format of OAuth requests (RFC 6749 appendix B) and of some servers' replies.

use core::fmt::Write;
use core::time::Duration;

use crate::json::Value;
use crate::oauth::http::HttpRequest;
use crate::secret::Secret;

/// Writes pairs as a form, in their order. RFC 8628 §3.1: no parameter appears twice, so a later pair with the
/// name of an earlier one is left out.
#[must_use]
pub fn write(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if pairs.iter().take(index).any(|(earlier, _)| earlier == name) {
            continue;
        }
        if index > 0 {
            out.push('&');
        }
        encode(name, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

/// RFC 6749 §3.1: a parameter without a value is as good as none, so it is not sent.
fn without_empty(pairs: &[(&str, &str)]) -> String {
    let mut pairs = pairs.to_vec();
    pairs.retain(|(_, value)| !value.is_empty());
    write(&pairs)
}

/// `url` with `pairs` appended to its query.
#[must_use]
pub fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let query = without_empty(pairs);
    let separator = if url.contains('?') { "&" } else { "?" };
    if query.is_empty() { url.into() } else { format!("{url}{separator}{query}") }
}

/// The request that posts `body` to `endpoint`.
#[must_use]
pub fn post(endpoint: &str, query: &[(&str, &str)], body: &[(&str, &str)], timeout: Duration) -> Box<HttpRequest> {
    Box::new(HttpRequest { url: with_query(endpoint, query), form: Some(Secret::new(without_empty(body))), timeout })
}

/// Reads a form as an object of texts; `None` if the text does not look like one (an HTML page, say).
#[must_use]
pub fn parse(text: &str) -> Option<Value> {
    let (name, _) = text.split_once('=')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if name.is_empty() || !name.bytes().all(is_plain) || text.contains(['<', '\n', ' ']) {
        return None;
    }
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    Some(Value::Object(pairs.map(|(name, value)| (decode(name), Value::String(decode(value)))).collect()))
}

/// Percent-encodes all but RFC 3986's unreserved characters; a space becomes `%20`, which both the form's and
/// the query's reader understand.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// Decodes a name or a value.
#[must_use]
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) if let Some(byte) = hex_byte(*high, *low) => {
                bytes.push(byte);
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}
