//! An error reply: RFC 6749 §5.2, with what Microsoft Entra adds to it, as [`Evidence`].

use crate::failure::Evidence;
use crate::time::UnixMillis;
use crate::wire::http::HttpResponse;
use crate::wire::json::Json;
use crate::wire::text::printable;

/// The polling answers of RFC 8628 §3.5 that some servers send under another member name.
const POLLING_WORDS: [&str; 5] =
    ["authorization_pending", "slow_down", "access_denied", "expired_token", "authorization_declined"];

/// The error in a reply, at any status (deviation: GitHub sends errors with 200, Entra's device code endpoint can
/// too). `None` if the reply names none.
#[must_use]
pub fn parse(response: &HttpResponse, members: &Json, now: UnixMillis) -> Option<Evidence> {
    let text = |name| members.text(name).unwrap_or_default();
    let error = match text("error") {
        "" => match text("error_code") {
            // Deviation: Google's quota answer has `error_code`; Twitch puts the word into `message`.
            "" => POLLING_WORDS.into_iter().find(|word| text("message").eq_ignore_ascii_case(word))?,
            code => code,
        },
        error => error,
    };
    let error_codes = match members.get("error_codes") {
        Some(Json::List(items)) => items
            .iter()
            .filter_map(|item| match item {
                Json::Number(number) | Json::Text(number) => number.parse().ok(),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    Some(Evidence {
        status: Some(response.status),
        error: printable(error),
        description: printable(text("error_description")),
        error_uri: printable(text("error_uri")),
        suberror: printable(text("suberror")),
        error_codes,
        correlation_id: printable(text("correlation_id")),
        trace_id: printable(text("trace_id")),
        timestamp: printable(text("timestamp")),
        claims: text("claims").into(),
        retry_after: response.retry_after(now),
    })
}

/// The evidence of an answer that has no readable error: its status is all there is.
#[must_use]
pub fn bare(response: &HttpResponse, now: UnixMillis) -> Evidence {
    Evidence { status: Some(response.status), retry_after: response.retry_after(now), ..Evidence::default() }
}
