//! The checks of an ID token that need no key (OpenID Connect Core §3.1.3.7), at each sign-in and refresh of an issuer.
//!
//! Entra's ID tokens are not checked, as in every MSAL. Signatures are not verified here: the token came over TLS straight from the
//! token endpoint (step 6). A claim that is there must be right. One that is missing is accepted, because some servers leave out even
//! those that OpenID Connect Core §2 requires.

use core::time::Duration;

use crate::config::request::SignInRequest;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::http::HttpResponse;
use crate::oauth::id_token::{self, IdToken};
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
    if id_token::algorithm(jwt).is_some_and(|algorithm| algorithm.eq_ignore_ascii_case("none")) {
        return invalid("has no signature (alg is none)".into());
    }
    let issuer = id_token.issuer();
    if !issuer.is_empty() && !authority.issues(&issuer) {
        return invalid(format!("names the issuer \"{}\" (iss)", printable(id_token.text("iss"))));
    }
    if !is_for(&request.client_id, id_token) {
        return invalid("is not for this client id (aud)".into());
    }
    let exp = id_token.claims.get("exp").and_then(lenient::whole_number);
    let expires = exp.map(|exp| UnixMillis::default() + seconds(exp));
    if expires.is_some_and(|expires| expires + CLOCK_SKEW <= issued(response, now)) {
        return invalid("has expired already (exp)".into());
    }
    Ok(())
}

/// `aud` is the client id, or a list that contains it; or it is missing.
fn is_for(client_id: &str, id_token: &IdToken) -> bool {
    match id_token.claims.get("aud") {
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience.as_str() == Some(client_id)),
        Some(Value::Null) | None => true,
        Some(audience) => audience.as_str() == Some(client_id),
    }
}

/// When the answer was made: by the server's clock where it sent `Date`, so that a wrong clock here costs no sign-in.
fn issued(response: &HttpResponse, now: UnixMillis) -> UnixMillis {
    response.date.as_deref().and_then(retry_after::parse_date).unwrap_or(now)
}
