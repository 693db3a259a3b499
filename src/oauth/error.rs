//! An error reply: RFC 6749 §5.2, with what Microsoft Entra adds to it, as [`Evidence`].

use serde::Deserialize;

use crate::error::{Evidence, OAuthError};
use crate::json::{self, Value};
use crate::oauth::http::HttpResponse;
use crate::oauth::lenient;
use crate::text::printable;
use crate::time::UnixMillis;

/// Longer texts are cut off: they are no sentence for a person, and would fill logs.
const LONGEST: usize = 4000;

/// The members of an error reply.
#[derive(Default, Deserialize)]
struct Reply {
    #[serde(default, deserialize_with = "lenient::string")]
    error: String,
    /// Deviation: Google's quota answer has this in place of `error`.
    #[serde(default, deserialize_with = "lenient::string")]
    error_code: String,
    /// Deviation: Twitch puts the error word in here.
    #[serde(default, deserialize_with = "lenient::string")]
    message: String,
    #[serde(default, deserialize_with = "lenient::string")]
    error_description: String,
    #[serde(default, deserialize_with = "lenient::string")]
    error_uri: String,
    #[serde(default, deserialize_with = "lenient::string")]
    suberror: String,
    #[serde(default, deserialize_with = "lenient::numbers")]
    error_codes: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::string")]
    correlation_id: String,
    #[serde(default, deserialize_with = "lenient::string")]
    trace_id: String,
    #[serde(default, deserialize_with = "lenient::string")]
    timestamp: String,
    #[serde(default, deserialize_with = "lenient::string")]
    claims: String,
}

impl Reply {
    fn error(&self) -> String {
        let given = [&self.error, &self.error_code].map(|text| short(printable(text)));
        let given = given.into_iter().find(|text| !text.is_empty());
        given.unwrap_or_else(|| match OAuthError::parse(&self.message) {
            word if word.is_polling_answer() => word.text().into(),
            _ => String::new(),
        })
    }
}

/// All that an answer says of what went wrong, if only its status. An error counts at any status (deviation: GitHub sends errors with
/// 200, Entra's device code endpoint can too).
#[must_use]
pub fn evidence(response: &HttpResponse, members: Option<&Value>, now: UnixMillis) -> Box<Evidence> {
    let reply: Reply = members.and_then(|members| json::from_value(members).ok()).unwrap_or_default();
    let printed = |text: &str| short(printable(text));
    Box::new(Evidence {
        status: Some(response.status),
        retry_after: response.retry_after(now),
        error: reply.error(),
        description: printed(&reply.error_description),
        error_uri: printed(&reply.error_uri),
        suberror: printed(&reply.suberror),
        error_codes: reply.error_codes,
        correlation_id: printed(&reply.correlation_id),
        trace_id: printed(&reply.trace_id),
        timestamp: printed(&reply.timestamp),
        // JSON has no such characters of its own, and must not be cut.
        claims: printable(&reply.claims),
    })
}

/// `text` without what is beyond the limit. It ends where a word ends: half of a secret that a server repeats would not be
/// recognised.
fn short(mut text: String) -> String {
    if let Some(start) = text.as_bytes().get(..LONGEST) {
        let end = start.iter().rposition(|byte| *byte == b' ').unwrap_or_default();
        text.truncate(end);
        text += " (and more)";
    }
    text
}
