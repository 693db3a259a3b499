//! An error reply: RFC 6749 §5.2, with what Microsoft Entra adds to it, as [`Evidence`].

use serde::Deserialize;

use crate::error::{Evidence, OAuthError};
use crate::json::{self, Value};
use crate::oauth::address::Address;
use crate::oauth::http::HttpResponse;
use crate::oauth::redact::{self, Secrets};
use crate::oauth::{claims, lenient};
use crate::text::{self, printable, short};
use crate::time::UnixMillis;

/// Digits of an AADSTS number.
const MAX_DIGITS: usize = 10;

/// The members of an error reply.
#[derive(Default, Deserialize)]
struct Reply<'a> {
    #[serde(default, deserialize_with = "lenient::text")]
    error: &'a str,
    /// Deviation: Google's quota answer has this in place of `error`.
    #[serde(default, deserialize_with = "lenient::text")]
    error_code: &'a str,
    /// Deviation: Twitch puts the error word in here.
    #[serde(default, deserialize_with = "lenient::text")]
    message: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    error_description: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    error_uri: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    suberror: &'a str,
    #[serde(default, deserialize_with = "lenient::numbers")]
    error_codes: Vec<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    correlation_id: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    trace_id: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    timestamp: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    claims: &'a str,
}

impl Reply<'_> {
    fn error(&self, secrets: &Secrets<'_>) -> String {
        let given = [self.error, self.error_code].map(printable);
        match given.into_iter().find(|text| !text.is_empty()) {
            // A word that is known is no secret.
            Some(word) if OAuthError::parse(&word) != OAuthError::Other => word,
            Some(word) => short(secrets.leave_out(word)),
            None => match OAuthError::parse(self.message) {
                word if word.is_polling_answer() => word.text().into(),
                _ => String::new(),
            },
        }
    }
}

/// All that an answer says of what went wrong, if only its status. It repeats neither a secret that was `sent` nor a token that stands
/// in the same answer. An error counts at any status (deviation: GitHub sends errors with 200, Entra's device code endpoint can too).
#[must_use]
pub fn evidence(response: &HttpResponse, members: Option<&Value>, sent: &[&str], now: UnixMillis) -> Box<Evidence> {
    let reply: Reply = members.and_then(|members| json::from_value(members).ok()).unwrap_or_default();
    let secrets = Secrets::new(sent, members);
    let printed = |text: &str| short(secrets.leave_out(printable(text)));
    Box::new(Evidence {
        status: Some(response.status),
        retry_after: response.retry_after(now),
        error: reply.error(&secrets),
        description: short(without(&secrets, printable(reply.error_description))),
        // A program may link it.
        error_uri: Some(reply.error_uri)
            .filter(|uri| is_web_page(uri) && !secrets.are_in(uri))
            .unwrap_or_default()
            .into(),
        suberror: printed(reply.suberror),
        error_codes: reply.error_codes,
        correlation_id: printed(reply.correlation_id),
        trace_id: printed(reply.trace_id),
        timestamp: printed(reply.timestamp),
        // JSON has no such characters of its own, and must be whole.
        claims: Some(printable(reply.claims))
            .filter(|claims| claims.len() <= claims::MAX_BYTES && !secrets.are_in(claims))
            .unwrap_or_default(),
    })
}

/// A description that repeats none of the secrets. Entra's number stays: it says more than the words.
fn without(secrets: &Secrets<'_>, description: String) -> String {
    match described_number(&description).filter(|_| secrets.are_in(&description)) {
        Some(digits) => format!("AADSTS{digits}: {}", redact::LEFT_OUT),
        None => secrets.leave_out(description),
    }
}

/// The digits in `AADSTS70016: …`. `None`: the description is none of Entra's.
#[must_use]
pub fn described_number(description: &str) -> Option<&str> {
    let digits = description.strip_prefix("AADSTS")?.split([':', ' ']).next()?;
    let is_number = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits)
}

/// An address with https that is not too long to be shown.
fn is_web_page(text: &str) -> bool {
    text.len() <= text::MAX_BYTES && Address::parse(text).is_some_and(|address| address.https)
}
