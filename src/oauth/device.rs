//! The device authorization request and response (RFC 8628 §3.1, §3.2).

use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::address;
use crate::secret::Secret;
use crate::text::printable;
use crate::time::Seconds;

/// §3.1: what is asked of the device authorization endpoint: `scope` separated by spaces, `claims` (OpenID Connect §5.5) as JSON
/// text. The client id MUST be sent when the client does not authenticate otherwise, and public clients do not.
#[must_use]
pub fn body<'a>(client_id: &'a str, scope: &'a str, claims: &'a str) -> [(&'static str, &'a str); 3] {
    [("client_id", client_id), ("scope", scope), ("claims", claims)]
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
    pub fn parse(members: &Value) -> Result<Box<Self>, Error> {
        let text = |name: &str| members.text(name).unwrap_or_default().trim_ascii();
        // Deviation: Google and Entra v1 say `url` for `uri`.
        let either = |uri: &str, url: &str| Some(text(uri)).filter(|text| !text.is_empty()).unwrap_or(text(url));
        let device_code = text("device_code");
        let user_code = printable(text("user_code"));
        let verification_uri = either("verification_uri", "verification_url");
        let complete = either("verification_uri_complete", "verification_url_complete");
        let expires_in = members.integer("expires_in").unwrap_or_default();
        let lack = if device_code.is_empty() {
            "device_code"
        } else if user_code.trim_ascii().is_empty() {
            "user_code"
        } else if verification_uri.is_empty() {
            "verification_uri"
        } else if expires_in == 0 {
            "expires_in"
        } else {
            ""
        };
        if !lack.is_empty() {
            let message = ["The device authorization response has no usable # (RFC 8628 §3.2).", lack];
            return Err(Code::InvalidServerResponse.because(&message));
        }
        if !address::is_secure(verification_uri) {
            let shown = printable(verification_uri);
            let hidden = if shown == verification_uri { "" } else { ", with characters in it that nobody sees" };
            return Err(Code::UnsafeVerificationUri.because(&[
                "The device authorization response asks the person to open ##.",
                &shown,
                hidden,
            ]));
        }
        Ok(Box::new(Self {
            device_code: Secret::new(device_code),
            user_code,
            verification_uri: verification_uri.into(),
            verification_uri_complete: Some(complete).filter(|text| address::is_secure(text)).map(Into::into),
            expires_in: Seconds::clamped(expires_in),
            interval: interval(members),
            message: Some(printable(text("message"))).filter(|text| !text.is_empty()),
        }))
    }
}

/// `interval` of a device authorization response, or of a polling error (deviation: GitHub sends one with
/// `slow_down`). Zero, negative and unreadable values count as absent.
#[must_use]
pub fn interval(members: &Value) -> Option<Seconds> {
    members.integer_at_least("interval").filter(|seconds| *seconds > 0).map(Seconds::clamped)
}
