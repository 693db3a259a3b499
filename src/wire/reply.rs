//! The body of an answer as members by name, whatever its content type says.

use crate::wire::form;
use crate::wire::http::HttpResponse;
use crate::wire::json::Json;

/// The members of a reply: a JSON object, or (deviation: GitHub without `Accept`, old Facebook) a form. `None` when
/// it is neither: an HTML error page, an empty body, a cut-off text.
#[must_use]
pub fn members(response: &HttpResponse) -> Option<Json> {
    // As the host's own `text()` would read it: one bad byte in a name must not cost the tokens beside it.
    let text = String::from_utf8_lossy(&response.body);
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.as_bytes().first()? {
        b'{' => Json::parse(text),
        _ => form::parse(text),
    }
}

/// More scopes than any token has. A server that sends more makes us compare no longer.
const MOST_SCOPES: usize = 500;

/// Scopes as a list. They come as a text with spaces (RFC 6749 §3.3), with commas (deviation: GitHub), or as an
/// array (deviation: Twitch).
#[must_use]
pub fn scopes(value: &Json) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        for scope in text.split([' ', ',']).filter(|scope| !scope.is_empty()) {
            if scopes.len() < MOST_SCOPES && !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                scopes.push(scope.into());
            }
        }
    };
    match value {
        Json::Text(text) => add(text),
        Json::List(items) => items.iter().filter_map(Json::as_text).for_each(add),
        _ => {}
    }
    scopes
}
