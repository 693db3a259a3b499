//! `application/x-www-form-urlencoded`: how OAuth requests are written (RFC 6749 appendix B), and how some servers
//! answer.

use crate::error::holds;
use crate::json::Value;
use crate::oauth::http::HttpRequest;
use crate::secret::Secret;
use crate::text::{cut, lossy, nibble, words};
use crate::time::Millis;

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
fn send(pairs: &[(&str, &str)]) -> String {
    let mut pairs = pairs.to_vec();
    pairs.retain(|(_, value)| !value.is_empty());
    write(&pairs)
}

/// `url` with `pairs` appended to its query.
#[must_use]
pub fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let query = send(pairs);
    let joint = match cut(url, "?") {
        _ if query.is_empty() => "",
        (_, Some(_)) => "&",
        (_, None) => "?",
    };
    [url, joint, &query].concat()
}

/// The request that posts `body` to `endpoint`.
#[must_use]
pub fn post(endpoint: &str, query: &[(&str, &str)], body: &[(&str, &str)], timeout: Millis) -> Box<HttpRequest> {
    Box::new(HttpRequest { url: with_query(endpoint, query), form: Some(Secret::new(send(body))), timeout })
}

/// Reads a form as an object of texts; `None` if the text does not look like one (an HTML page, say).
#[must_use]
pub fn parse(text: &str) -> Option<Value> {
    let (name, value) = cut(text, "=");
    let odd = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.');
    if value.is_none() || name.is_empty() || name.bytes().any(odd) || cut(text, "<\n ").1.is_some() {
        return None;
    }
    let mut members = Vec::new();
    for pair in words(text, "&") {
        if let (name, Some(value)) = cut(pair, "=") {
            members.push((decode(name), Value::String(decode(value))));
        }
    }
    Some(Value::Object(members))
}

/// Percent-encodes all but RFC 3986's unreserved characters; a space becomes `%20`, which both the form's and
/// the query's reader understand.
fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let reserved = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.' | b'_' | b'~');
    let mut rest = text;
    // Copied in whole runs: what every poll sends hardly needs an escape.
    while let Some((run, odd)) = rest.bytes().position(reserved).and_then(|at| rest.split_at_checked(at)) {
        let (odd, after) = odd.split_at_checked(odd.chars().next().map_or(0, char::len_utf8)).unwrap_or_default();
        out.push_str(run);
        for byte in odd.bytes() {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        rest = after;
    }
    out.push_str(rest);
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
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(nibble(*high) << 4 | nibble(*low));
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    lossy(&bytes)
}

/// Does `text` repeat `part`, as it is or as a form has it? Whoever encodes chooses which letters, and in which case.
#[must_use]
pub fn repeats(text: &str, part: &str) -> bool {
    // The second time for a plus sign that was encoded: it and one that was not are spaces then, on both sides.
    holds(text, part) || holds(&decode(&decode(text)), &decode(part))
}
