//! The checks of an ID token that need no key (OpenID Connect Core §3.1.3.7), at each sign-in and refresh of an issuer.
//!
//! Entra's ID tokens are not checked, as in every MSAL. Signatures are not verified here: the token came over TLS straight from the
//! token endpoint (step 6). A claim that is there must be right. One that is missing is accepted, because some servers leave out even
//! those that OpenID Connect Core §2 requires.

use core::time::Duration;

use crate::cache::account::WITHOUT_SUBJECT;
use crate::config::request::SignInRequest;
use crate::entra::authority::Authority;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::http::HttpResponse;
use crate::oauth::id_token::{self, IdToken, normalized_issuer};
use crate::oauth::{lenient, retry_after};
use crate::text::printable;
use crate::time::{UnixMillis, seconds};

/// How far the clock that `exp` is compared with may be ahead of the issuer's.
const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

/// Checks `alg`, `iss`, `aud` and `exp` of the ID token in `response`, which arrived at `now`.
///
/// # Errors
/// [`Code::IdTokenInvalid`]: the message names the first check that failed.
pub fn check(
    jwt: &str,
    id_token: &IdToken,
    request: &SignInRequest,
    response: &HttpResponse,
    now: UnixMillis,
) -> Result<(), Error> {
    let authority = &request.authority;
    if authority.is_entra() {
        return Ok(());
    }
    let invalid = |what: String| {
        let message = format!("The ID token of {} {what}.", authority.canonical());
        Err(Code::IdTokenInvalid.error(message))
    };
    let Some(header) = id_token::header(jwt) else {
        return invalid("has a header that cannot be read (alg)".into());
    };
    if !is_signed(header.get("alg")) {
        return invalid("has no signature (alg)".into());
    }
    if !is_of(authority, id_token.claims.get("iss")) {
        return invalid(format!("names the issuer \"{}\" (iss)", printable(id_token.text("iss"))));
    }
    if !is_for(&request.client_id, id_token.claims.get("aud")) {
        return invalid("is not for this client id (aud)".into());
    }
    if id_token.subject().starts_with(WITHOUT_SUBJECT) {
        return invalid(format!("has a subject that begins with {WITHOUT_SUBJECT} (sub)"));
    }
    match expiry(id_token.claims.get("exp")) {
        Err(()) => invalid("has an expiry that is no number (exp)".into()),
        Ok(Some(expires)) if expires + CLOCK_SKEW <= issued(response, now) => {
            invalid("has expired already (exp)".into())
        }
        Ok(_) => Ok(()),
    }
}

/// `alg` is a text and not `none`, in upper or lower case.
fn is_signed(alg: Option<&Value>) -> bool {
    match alg {
        Some(Value::Null) | None => true,
        Some(alg) => alg.as_str().is_some_and(|alg| !alg.is_empty() && !alg.eq_ignore_ascii_case("none")),
    }
}

/// `iss` is this authority.
fn is_of(authority: &Authority, iss: Option<&Value>) -> bool {
    match iss {
        Some(Value::Null) | None => true,
        Some(iss) => iss.as_str().is_some_and(|iss| authority.issues(&normalized_issuer(iss))),
    }
}

/// `aud` is the client id, or a list that contains it.
fn is_for(client_id: &str, aud: Option<&Value>) -> bool {
    match aud {
        Some(Value::Null) | None => true,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience.as_str() == Some(client_id)),
        Some(audience) => audience.as_str() == Some(client_id),
    }
}

/// The moment of `exp`, in seconds since 1970.
fn expiry(exp: Option<&Value>) -> Result<Option<UnixMillis>, ()> {
    match exp {
        Some(Value::Null) | None => Ok(None),
        Some(exp) => match lenient::whole_number(exp) {
            Some(number) => Ok(Some(UnixMillis::default() + seconds(number))),
            None => Err(()),
        },
    }
}

/// When the answer was made: by the server's clock where it sent `Date`, so that a wrong clock here costs no sign-in.
fn issued(response: &HttpResponse, now: UnixMillis) -> UnixMillis {
    response.date.as_deref().and_then(retry_after::parse_date).unwrap_or(now)
}
