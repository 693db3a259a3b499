//! What a server's refusal means: its word (RFC 6749 §5.2, RFC 8628 §3.5), and where Microsoft Entra speaks, its number too.
//!
//! Not what is done about it: that is the affair of the state that was refused.

use crate::entra::authority::Authority;
use crate::entra::error_codes::{self, Advice, Kind};
use crate::error::{Class, Error, Evidence, Fault, OAuthError};
use crate::text::{cut, number};
use crate::time::Seconds;

/// What a refused poll is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// §3.5: "the client SHOULD repeat the access token request".
    Pending,
    /// §3.5: five seconds more "for this and all subsequent requests".
    SlowDown,
    /// §3.5: no.
    Denied,
    /// §3.5: the code's life is over.
    Expired,
    /// The code is one that the server does not know.
    Unknown,
    /// RFC 6749 §5.2: the code is good for nothing, for one of many reasons.
    Invalid,
    /// It passes by itself.
    Transient,
    /// §3.5: any other error MUST stop the polling.
    Final,
}

/// What Entra says of a code that comes a second time, and of grants that are not valid for other reasons.
const REDEEMED: u32 = 70_000;
/// Microsoft's advice to a client whose loop was detected.
const LOOP_PAUSE: Seconds = Seconds(300);

/// The advice on the first known number of an answer. `error_codes` is Entra's only; a description that begins with
/// "AADSTS" says itself whose it is, whatever kind of authority was configured.
#[must_use]
pub fn advice(evidence: &Evidence, authority: &Authority) -> Option<&'static Advice> {
    let described = evidence.description.strip_prefix("AADSTS").and_then(|rest| number(cut(rest, ": ").0));
    if described.is_none() && !authority.is_entra() {
        return None;
    }
    let described = described.and_then(|code| u32::try_from(code).ok());
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

/// Says the refusal no more than that the code is good for nothing? Then it may have been redeemed.
#[must_use]
pub fn may_be_redeemed(evidence: &Evidence, advice: Option<&Advice>) -> bool {
    let says_so = |advice: &Advice| advice.kind == Kind::Restart || advice.numbers.contains(&REDEEMED);
    evidence.suberror.is_empty() && advice.is_none_or(says_so)
}

/// How long the server wants to be left alone.
#[must_use]
pub fn pause(evidence: &Evidence, advice: Option<&Advice>) -> Option<Seconds> {
    let detected = advice.filter(|advice| advice.kind == Kind::Loop).map(|_| LOOP_PAUSE);
    evidence.retry_after.max(detected)
}

/// The failure that a refusal ends with.
#[must_use]
pub fn failure(evidence: Box<Evidence>, authority: &Authority) -> Error {
    let mut failure = advised(Error::from_server(evidence), authority);
    let advice = advice(&failure.evidence, authority);
    match advice.map(|advice| advice.kind) {
        // Whoever said no is not asked again.
        Some(Kind::Person) if !failure.evidence.oauth_error().is_polling_answer() => {
            failure.class = Class::InteractionRequired
        }
        Some(Kind::Transient | Kind::Loop) => {
            failure.retryable = true;
            failure.evidence.retry_after = pause(&failure.evidence, advice);
        }
        _ => {}
    }
    failure
}

/// The same failure with the hint for its number: more exact than the one for its code, whatever that is.
#[must_use]
pub fn advised(mut failure: Error, authority: &Authority) -> Error {
    if let Some(advice) = advice(&failure.evidence, authority) {
        failure.hint = advice.hint;
        failure.fault = match advice.kind {
            Kind::Pending | Kind::Expired | Kind::Restart | Kind::Person => Fault::Person,
            Kind::Configuration | Kind::Loop => Fault::Caller,
            Kind::Administrator => Fault::Administrator,
            Kind::Transient => Fault::Server,
        };
    }
    failure
}
