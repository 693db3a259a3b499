//! The device access token request and its reply (RFC 8628 §3.4, §3.5; RFC 6749 §5.1).

use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::error::Evidence;
use crate::json::{self, Value};
use crate::oauth::http::HttpResponse;
use crate::oauth::{error, lenient};
use crate::secret::Secret;
use crate::time::UnixMillis;

/// §3.4: the grant type, in full. Entra also takes the short `device_code`; RFC servers do not.
const DEVICE_CODE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// §3.4: one poll. The client id MUST be sent by a client that does not authenticate otherwise. `client_info`, Entra only, asks for the
/// home of the account. `claims` is JSON text.
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
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct TokenResponse {
    /// `access_token`, never empty.
    pub access_token: Secret,
    /// `token_type` in its usual spelling; `Bearer` where the server leaves it out (deviation: Facebook).
    #[serde(default = "bearer", deserialize_with = "token_type")]
    pub token_type: String,
    /// `scope`; absent means: as requested.
    #[serde(default, rename = "scope", deserialize_with = "lenient::scopes")]
    pub scopes: Option<Vec<String>>,
    /// `expires_in`
    #[serde(default, deserialize_with = "lenient::seconds")]
    pub expires_in: Option<Duration>,
    /// `ext_expires_in`: Entra's grace during an outage.
    #[serde(default, deserialize_with = "lenient::seconds")]
    pub ext_expires_in: Option<Duration>,
    /// `refresh_in`: when Entra would like the token to be renewed.
    #[serde(default, deserialize_with = "lenient::seconds")]
    pub refresh_in: Option<Duration>,
    /// `refresh_token`
    #[serde(default, deserialize_with = "lenient::optional_secret")]
    pub refresh_token: Option<Secret>,
    /// `id_token`
    #[serde(default, deserialize_with = "lenient::optional_secret")]
    pub id_token: Option<Secret>,
    /// `client_info`, base64url JSON of uid and utid.
    #[serde(default, deserialize_with = "lenient::optional_string")]
    pub client_info: Option<String>,
    /// `foci`: the family of clients that share the refresh token.
    #[serde(default, rename = "foci", deserialize_with = "lenient::optional_string")]
    pub family_id: Option<String>,
}

fn bearer() -> String {
    "Bearer".into()
}

/// §5.1: `token_type` is case-insensitive.
fn token_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let given = lenient::optional_string(deserializer)?;
    Ok(given.filter(|other| !other.eq_ignore_ascii_case("bearer")).unwrap_or_else(bearer))
}

/// The interval that some servers send along with a polling error (deviation: GitHub, with `slow_down`).
#[derive(Default, Deserialize)]
struct ErrorInterval {
    #[serde(default, deserialize_with = "lenient::interval")]
    interval: Option<Duration>,
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenResponse([redacted])")
    }
}

/// The reply of the token endpoint.
#[derive(Debug)]
pub enum TokenReply {
    /// §5.1: the person has signed in.
    Tokens(Box<TokenResponse>),
    /// §5.2 and RFC 8628 §3.5: an error, with the interval that some servers send along.
    Error(Box<Evidence>, Option<Duration>),
    /// Neither: an HTML page, an empty body, JSON without a token. With what the body lacks, as the end of a sentence.
    Unreadable(Box<Evidence>, &'static str),
}

impl TokenReply {
    /// Reads any answer to a request that `sent` these secrets. Tokens count as such only with a non-empty `access_token` and without
    /// an `error`, whatever the status.
    #[must_use]
    pub fn parse(response: &HttpResponse, sent: &[&str], now: UnixMillis) -> Self {
        let members = lenient::members(response);
        let evidence = error::evidence(response, members.as_ref(), sent, now);
        let Some(members) = members else { return Self::Unreadable(evidence, lenient::UNREADABLE) };
        if !evidence.error.is_empty() {
            let ErrorInterval { interval } = json::from_value(&members).unwrap_or_default();
            return Self::Error(evidence, interval);
        }
        match TokenResponse::parse(&members) {
            Some(tokens) => Self::Tokens(tokens),
            None => Self::Unreadable(evidence, " and a body without an access_token (RFC 6749 §5.1)."),
        }
    }
}

impl TokenResponse {
    fn parse(members: &Value) -> Option<Box<Self>> {
        let tokens: Self = json::from_value(members).ok()?;
        (!tokens.access_token.expose().is_empty()).then(|| Box::new(tokens))
    }
}
