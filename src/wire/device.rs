//! The device authorization request and response (RFC 8628 §3.1, §3.2).

use crate::failure::{Code, Failure};
use crate::time::{Millis, Seconds};
use crate::wire::address;
use crate::wire::form;
use crate::wire::http::HttpRequest;
use crate::wire::json::Json;
use crate::wire::secret::Secret;
use crate::wire::text::printable;

/// §3.1: what is asked of the device authorization endpoint.
pub struct DeviceAuthorizationRequest<'a> {
    /// Where to.
    pub endpoint: &'a str,
    /// `client_id`: MUST be sent when the client does not authenticate otherwise, and public clients do not.
    pub client_id: &'a str,
    /// `scope`, separated by spaces.
    pub scope: &'a str,
    /// `claims` (OpenID Connect §5.5), as JSON text.
    pub claims: Option<&'a str>,
    /// Into the query, not the body: what the caller wants the endpoint to know besides.
    pub query: Vec<(&'a str, &'a str)>,
    /// `mkt` in the query: the language of Entra's message.
    pub locale: Option<&'a str>,
}

impl DeviceAuthorizationRequest<'_> {
    /// The POST, form-encoded (§3.1).
    #[must_use]
    pub fn request(self, timeout: Millis) -> HttpRequest {
        let locale = self.locale.map(|locale| ("mkt", locale));
        let mut pairs = vec![("client_id", self.client_id)];
        if !self.scope.is_empty() {
            pairs.push(("scope", self.scope));
        }
        pairs.extend(self.claims.map(|claims| ("claims", claims)));
        HttpRequest {
            url: form::with_query(self.endpoint, self.query.into_iter().chain(locale)),
            form: Some(Secret::new(form::write(pairs))),
            timeout,
        }
    }
}

/// §3.2: the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// `device_code`: a bearer secret between this program and the server (§5.2).
    pub device_code: Secret,
    /// `user_code`: to be shown exactly as it came (§6.1).
    pub user_code: String,
    /// `verification_uri`: https, or http on loopback.
    pub verification_uri: String,
    /// `verification_uri_complete`: with the code in it; for a QR code, beside the code, never instead of it (§3.3.1).
    pub verification_uri_complete: Option<String>,
    /// `expires_in`: the life of both codes.
    pub expires_in: Seconds,
    /// `interval`: the least time between polls, where the server names one.
    pub interval: Option<Seconds>,
    /// Entra's sentence for the person, in the language asked for.
    pub message: Option<String>,
}

impl DeviceAuthorization {
    /// Reads a reply that has no `error`.
    ///
    /// # Errors
    /// [`Code::InvalidServerResponse`] if a REQUIRED member is missing or empty, [`Code::UnsafeVerificationUri`] if
    /// the address is one that nobody should be sent to.
    pub fn parse(members: &Json) -> Result<Self, Failure> {
        let required = |name: &str| {
            let text = members.text(name).map(str::trim).filter(|text| !text.is_empty());
            text.ok_or_else(|| missing(name))
        };
        let device_code = Secret::new(required("device_code")?);
        let user_code = printable(required("user_code")?);
        if user_code.trim().is_empty() {
            return Err(missing("user_code"));
        }
        // Deviation: Google and Entra v1 say `verification_url`.
        let verification_uri =
            required("verification_uri").or_else(|failure| required("verification_url").map_err(|_| failure))?;
        if !address::is_secure(verification_uri) {
            return Err(Code::UnsafeVerificationUri.because(
                ["The device authorization response asks the person to open ", &printable(verification_uri), "."]
                    .concat(),
            ));
        }
        let expires_in = members.integer("expires_in").filter(|seconds| *seconds > 0);
        let complete = members.text("verification_uri_complete").or_else(|| members.text("verification_url_complete"));
        Ok(Self {
            device_code,
            user_code,
            verification_uri: verification_uri.into(),
            verification_uri_complete: complete.filter(|text| address::is_secure(text)).map(Into::into),
            expires_in: expires_in.map(Seconds::clamped).ok_or_else(|| missing("expires_in"))?,
            interval: interval(members),
            message: members.text("message").map(printable).filter(|text| !text.trim().is_empty()),
        })
    }
}

/// `interval` of a device authorization response, or of a polling error (deviation: GitHub sends one with
/// `slow_down`). Zero, negative and unreadable values count as absent.
#[must_use]
pub fn interval(members: &Json) -> Option<Seconds> {
    members.integer_at_least("interval").filter(|seconds| *seconds > 0).map(Seconds::clamped)
}

fn missing(member: &str) -> Failure {
    Code::InvalidServerResponse
        .because(["The device authorization response has no usable ", member, " (RFC 8628 §3.2)."].concat())
}
