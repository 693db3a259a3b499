//! The body of an answer as members by name, whatever its content type says.

use crate::json::Value;
use crate::oauth::form;
use crate::oauth::http::HttpResponse;
use crate::text::{lossy, words};

/// The members of a reply: a JSON object, or (deviation: GitHub without `Accept`, old Facebook) a form. `None` when
/// it is neither: an HTML error page, an empty body, a cut-off text.
#[must_use]
pub fn members(response: &HttpResponse) -> Option<Value> {
    let text = lossy(&response.body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim_ascii();
    match text.as_bytes().first()? {
        b'{' => Value::parse(text),
        _ => form::parse(text),
    }
}

/// What is wrong with a body that has no members, as the end of a sentence.
pub const UNREADABLE: &str = " and a body that is neither JSON nor a form.";

/// More scopes than any token has. A server that sends more makes us compare no longer.
const MOST_SCOPES: usize = 500;

/// Scopes as a list. They come as a text with spaces (RFC 6749 §3.3), with commas (deviation: GitHub), or as an
/// array (deviation: Twitch).
#[must_use]
pub fn scopes(value: &Value) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    let texts = match value {
        Value::Array(items) => items,
        one => core::slice::from_ref(one),
    };
    for text in texts.iter().filter_map(Value::as_text) {
        for scope in words(text, " ,") {
            if scopes.len() < MOST_SCOPES && !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                scopes.push(scope.into());
            }
        }
    }
    scopes
}
