//! What a server's refusal means: its word (RFC 6749 §5.2, RFC 8628 §3.5), and where Microsoft Entra speaks, its number too. And
//! how an answer that is of no use is described.
//!
//! What is done about it is decided by the state that was refused.

use core::time::Duration;

use crate::entra::authority::Authority;
use crate::entra::error_codes::{self, Advice, Kind};
use crate::error::{Class, Code, Error, Evidence, Fault, OAuthError};
use crate::oauth::error;
use crate::oauth::http::{HttpResponse, NoResponse};

/// What the refusal of a poll means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// §3.5: "the client SHOULD repeat the access token request".
    Pending,
    /// §3.5: five seconds more "for this and all subsequent requests".
    SlowDown,
    /// §3.5: the person declined. Deviation: Entra has a word of its own for it.
    Denied,
    /// §3.5: the code has expired. Deviation: Entra also says `code_expired`, GitHub's documentation `token_expired`.
    Expired,
    /// The server does not know the code. Deviation: GitHub's and Entra's words.
    Unknown,
    /// RFC 6749 §5.2: the code is not valid, for one of many reasons.
    Invalid,
    /// It passes by itself.
    Transient,
    /// §3.5: any other error MUST stop the polling.
    Final,
}

/// Entra's number for a code that was redeemed before, and for other grants that are not valid.
const REDEEMED: u32 = 70_000;
/// How long Microsoft asks a client to wait whose loop was detected.
const LOOP_PAUSE: Duration = Duration::from_secs(5 * 60);

/// The advice on the first known number of an answer. Only Entra sends `error_codes`. A description that begins with "AADSTS" is
/// Entra's, whatever kind of authority was configured.
#[must_use]
pub fn advice(evidence: &Evidence, authority: &Authority) -> Option<&'static Advice> {
    let digits = error::described_number(&evidence.description);
    if digits.is_none() && !authority.is_entra() {
        return None;
    }
    let described = digits.and_then(|digits| digits.parse().ok());
    evidence.error_codes.iter().chain(&described).find_map(|code| error_codes::advice(*code))
}

/// What a refused poll means. Deviation: where `error` is none of §3.5's words, Entra's number may say one of them more exactly.
#[must_use]
pub fn meaning(evidence: &Evidence, advice: Option<&Advice>) -> Meaning {
    let error = evidence.oauth_error();
    match advice.map(|advice| advice.kind).filter(|_| !error.is_polling_answer()) {
        Some(Kind::Pending) => return Meaning::Pending,
        Some(Kind::Expired) => return Meaning::Expired,
        Some(Kind::Transient | Kind::Loop) => return Meaning::Transient,
        _ => {}
    }
    match error {
        OAuthError::AuthorizationPending => Meaning::Pending,
        OAuthError::SlowDown => Meaning::SlowDown,
        OAuthError::AccessDenied | OAuthError::AuthorizationDeclined => Meaning::Denied,
        OAuthError::ExpiredToken | OAuthError::CodeExpired | OAuthError::TokenExpired => Meaning::Expired,
        OAuthError::IncorrectDeviceCode | OAuthError::BadVerificationCode => Meaning::Unknown,
        OAuthError::InvalidGrant => Meaning::Invalid,
        OAuthError::TemporarilyUnavailable | OAuthError::ServerError => Meaning::Transient,
        _ => Meaning::Final,
    }
}

/// Can a code that was refused so have been redeemed? Only if the refusal says no more than that the code is not valid.
#[must_use]
pub fn may_be_redeemed(evidence: &Evidence, advice: Option<&Advice>) -> bool {
    let fits = |advice: &Advice| advice.kind == Kind::Restart || advice.numbers.contains(&REDEEMED);
    evidence.suberror.is_empty() && advice.is_none_or(fits)
}

/// How long the server asks to be left alone.
#[must_use]
pub fn pause(evidence: &Evidence, advice: Option<&Advice>) -> Option<Duration> {
    let loop_pause = advice.filter(|advice| advice.kind == Kind::Loop).map(|_| LOOP_PAUSE);
    evidence.retry_after.max(loop_pause)
}

/// The error that a refusal ends with.
#[must_use]
pub fn refusal(evidence: Box<Evidence>, authority: &Authority) -> Error {
    let mut error = advised(Error::from_server(evidence), authority);
    let advice = advice(&error.evidence, authority);
    match advice.map(|advice| advice.kind) {
        // A person who declined is not asked again.
        Some(Kind::Person) if !error.evidence.oauth_error().is_polling_answer() => {
            error.class = Class::InteractionRequired;
        }
        Some(Kind::Transient | Kind::Loop) => {
            error.retryable = true;
            error.evidence.retry_after = pause(&error.evidence, advice);
        }
        _ => {}
    }
    error
}

/// The same error with the hint for its number, which is more exact than the hint for its code.
#[must_use]
pub fn advised(mut error: Error, authority: &Authority) -> Error {
    if let Some(advice) = advice(&error.evidence, authority) {
        error.hint = advice.hint;
        error.fault = match advice.kind {
            Kind::Pending | Kind::Expired | Kind::Restart | Kind::Person => Fault::Person,
            Kind::Configuration | Kind::Loop => Fault::Caller,
            Kind::Administrator => Fault::Administrator,
            Kind::Transient => Fault::Server,
        };
    }
    error
}

/// The error of an answer of `url` that is not what was asked for. `lack` says what an answer without an `error` lacks.
#[must_use]
pub fn unsuccessful(
    url: &str,
    response: &HttpResponse,
    evidence: Box<Evidence>,
    lack: &str,
    authority: &Authority,
) -> Error {
    if response.is_redirect() {
        return redirected(url, evidence);
    }
    let error = if evidence.error.is_empty() {
        unusable_answer(Code::InvalidServerResponse, url, evidence, lack)
    } else {
        refusal(evidence, authority)
    };
    // An overloaded server's error (authentik: 429 `slow_down` before there is any code) is not a refusal.
    if response.is_transient() { advised(unavailable(url, error.into_evidence()), authority) } else { error }
}

/// The same error, or [`Code::ServerUnavailable`] if it passes by itself.
#[must_use]
pub fn unavailable_if_transient(error: Error, url: &str, authority: &Authority) -> Error {
    if error.retryable { advised(unavailable(url, error.into_evidence()), authority) } else { error }
}

/// Nothing came back from `url`.
#[must_use]
pub fn no_response(url: &str, reason: &NoResponse) -> Error {
    Code::Network.error(format!("The request to {} {}.", without_query(url), reason.describe()))
}

/// `url` cannot answer just now.
#[must_use]
pub fn unavailable(url: &str, evidence: Box<Evidence>) -> Error {
    unusable_answer(Code::ServerUnavailable, url, evidence, ".")
}

/// `url` answered with a redirect.
#[must_use]
pub fn redirected(url: &str, evidence: Box<Evidence>) -> Error {
    let what = ", a redirect, which is never followed (a sign-in page of the network?).";
    unusable_answer(Code::InvalidServerResponse, url, evidence, what)
}

fn unusable_answer(code: Code, url: &str, evidence: Box<Evidence>, what: &str) -> Error {
    let url = without_query(url);
    let message = match evidence.status.unwrap_or_default() {
        // A page's fetch shows a redirect as the status 0, which says nothing to anybody.
        0 => format!("{url} answered{what}"),
        status => format!("{url} answered with HTTP status {status}{what}"),
    };
    code.error(message).with_evidence(evidence)
}

/// The query may hold what the caller put there.
fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(address, _)| address)
}
