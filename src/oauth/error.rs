//! An error reply: RFC 6749 §5.2, with what Microsoft Entra adds to it, as [`Evidence`].

use crate::error::{Evidence, OAuthError};
use crate::json::Value;
use crate::oauth::http::HttpResponse;
use crate::text::{number, printable};
use crate::time::UnixMillis;

/// A longer text than this is no sentence for anybody, and would be in every log three times.
const LONGEST: usize = 4000;

/// `text` without what is beyond the limit. Cut where a word ends: half of a secret that a server repeats would not be found out.
fn short(mut text: String) -> String {
    if let Some(start) = text.as_bytes().get(..LONGEST) {
        let end = start.iter().rposition(|byte| *byte == b' ').unwrap_or_default();
        text.truncate(end);
        text += " (and more)";
    }
    text
}

/// All that an answer says of what went wrong, if only its status. An error counts at any (deviation: GitHub sends errors with 200,
/// Entra's device code endpoint can too).
#[must_use]
pub fn said(response: &HttpResponse, members: Option<&Value>, now: UnixMillis) -> Box<Evidence> {
    let mut evidence = Box::<Evidence>::default();
    evidence.status = Some(response.status);
    evidence.retry_after = response.retry_after(now);
    let Some(members) = members else { return evidence };
    let text = |name| members.text(name).unwrap_or_default();
    let printed = |name| short(printable(text(name)));
    evidence.error = printed("error");
    if evidence.error.is_empty() {
        evidence.error = printed("error_code");
    }
    if evidence.error.is_empty() {
        // Deviation: Google's quota answer has `error_code`; Twitch puts the word into `message`.
        let word = OAuthError::parse(text("message"));
        if word.is_polling_answer() {
            evidence.error = word.text().into();
        }
    }
    evidence.description = printed("error_description");
    evidence.error_uri = printed("error_uri");
    evidence.suberror = printed("suberror");
    evidence.correlation_id = printed("correlation_id");
    evidence.trace_id = printed("trace_id");
    evidence.timestamp = printed("timestamp");
    // JSON has no such characters of its own, and must not be cut.
    evidence.claims = printable(text("claims"));
    if let Some(Value::Array(items)) = members.get("error_codes") {
        for item in items {
            if let Value::Number(text) | Value::String(text) = item {
                evidence.error_codes.extend(number(text).and_then(|code| u32::try_from(code).ok()));
            }
        }
    }
    evidence
}
