//! The device access token request and its reply (RFC 8628 §3.4, §3.5; RFC 6749 §5.1).

use core::fmt;

use crate::error::Evidence;
use crate::json::Value;
use crate::oauth::http::HttpResponse;
use crate::oauth::{device, error, lenient};
use crate::secret::Secret;
use crate::time::{Seconds, UnixMillis};

/// §3.4: the grant type, in full. Entra also takes the short `device_code`; RFC servers do not.
const DEVICE_CODE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// §3.4: one poll. The client id MUST be sent by a client that does not authenticate otherwise; `client_info`, Entra only, asks for
/// what names the account's home; `claims` is JSON text.
#[must_use]
pub fn body<'a>(
    device_code: &'a Secret,
    client_id: &'a str,
    client_info: &'a str,
    claims: &'a str,
) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", DEVICE_CODE_GRANT),
        ("device_code", device_code.expose()),
        ("client_id", client_id),
        ("client_info", client_info),
        ("claims", claims),
    ]
}

/// RFC 6749 §5.1: tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenResponse {
    /// `access_token`, never empty.
    pub access_token: Secret,
    /// `token_type` in its usual spelling; `Bearer` where the server leaves it out (deviation: Facebook).
    pub token_type: String,
    /// `scope`; absent means: as requested.
    pub scopes: Option<Vec<String>>,
    /// `expires_in`
    pub expires_in: Option<Seconds>,
    /// `ext_expires_in`: Entra's grace during an outage.
    pub ext_expires_in: Option<Seconds>,
    /// `refresh_in`: when Entra would like the token to be renewed.
    pub refresh_in: Option<Seconds>,
    /// `refresh_token`
    pub refresh_token: Option<Secret>,
    /// `id_token`
    pub id_token: Option<Secret>,
    /// `client_info`, base64url JSON of uid and utid.
    pub client_info: Option<String>,
    /// `foci`: the family of clients that share the refresh token.
    pub family_id: Option<String>,
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenResponse([redacted])")
    }
}

/// What the token endpoint may say.
#[derive(Debug)]
pub enum TokenReply {
    /// §5.1: the person has signed in.
    Tokens(Box<TokenResponse>),
    /// §5.2 and RFC 8628 §3.5: an error, with the interval that some servers send along.
    Error(Box<Evidence>, Option<Seconds>),
    /// Neither: an HTML page, an empty body, a JSON without a token. The status is all there is, and what the body lacks.
    Unreadable(Box<Evidence>, &'static str),
}

impl TokenReply {
    /// Reads any answer. Tokens count as such only with a non-empty `access_token` and without an `error`, whatever
    /// the status.
    #[must_use]
    pub fn parse(response: &HttpResponse, now: UnixMillis) -> Self {
        let members = lenient::members(response);
        let evidence = error::said(response, members.as_ref(), now);
        let Some(members) = members else { return Self::Unreadable(evidence, lenient::UNREADABLE) };
        if !evidence.error.is_empty() {
            return Self::Error(evidence, device::interval(&members));
        }
        match TokenResponse::parse(&members) {
            Some(tokens) => Self::Tokens(tokens),
            None => Self::Unreadable(evidence, " and a body without an access_token (RFC 6749 §5.1)."),
        }
    }
}

impl TokenResponse {
    fn parse(members: &Value) -> Option<Box<Self>> {
        let text = |name| members.text(name).filter(|text| !text.is_empty());
        let owned = |name| text(name).map(String::from);
        let seconds = |name| members.integer(name).map(Seconds::clamped);
        // §5.1: token_type is case-insensitive.
        let token_type = match text("token_type") {
            Some(other) if !other.eq_ignore_ascii_case("bearer") => other,
            _ => "Bearer",
        };
        let access_token = Secret::new(owned("access_token")?);
        Some(Box::new(Self {
            access_token,
            token_type: token_type.into(),
            scopes: members.get("scope").map(lenient::scopes).filter(|scopes| !scopes.is_empty()),
            expires_in: seconds("expires_in"),
            ext_expires_in: seconds("ext_expires_in"),
            refresh_in: seconds("refresh_in"),
            refresh_token: owned("refresh_token").map(Secret::new),
            id_token: owned("id_token").map(Secret::new),
            client_info: owned("client_info"),
            family_id: owned("foci"),
        }))
    }
}
