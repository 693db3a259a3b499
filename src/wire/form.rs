//! `application/x-www-form-urlencoded`: how OAuth requests are written (RFC 6749 appendix B), and how some servers
//! answer.

use crate::wire::json::Json;

/// Writes pairs as a form, in their order. RFC 8628 §3.1: no parameter appears twice, so a later pair with the
/// name of an earlier one is left out.
#[must_use]
pub fn write<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut out = String::new();
    for (name, value) in pairs {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        if !out.is_empty() {
            out.push('&');
        }
        encode(name, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

/// `url` with `pairs` appended to its query.
#[must_use]
pub fn with_query<'a>(url: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let query = write(pairs);
    if query.is_empty() {
        return url.into();
    }
    let joint = if url.contains('?') { "&" } else { "?" };
    [url, joint, &query].concat()
}

/// Reads a form as an object of texts; `None` if the text does not look like one (an HTML page, say).
#[must_use]
pub fn parse(text: &str) -> Option<Json> {
    let first = text.split('&').next()?;
    let plausible = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    });
    if !plausible || text.contains(['<', '\n', ' ']) {
        return None;
    }
    let members = text
        .split('&')
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((decode(name), Json::Text(decode(value))))
        })
        .collect();
    Some(Json::Object(members))
}

/// Percent-encodes all but RFC 3986's unreserved characters; a space becomes `%20`, which both the form's and
/// the query's reader understand.
fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn decode(text: &str) -> String {
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
    // A form that is not UTF-8 is not for us to guess at.
    String::from_utf8(bytes).unwrap_or_default()
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 32) - b'a' + 10,
    }
}
