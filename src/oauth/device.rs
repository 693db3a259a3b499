//! The device authorization request and response (RFC 8628 §3.1, §3.2).

use core::time::Duration;

use serde::Deserialize;

use crate::error::{Code, Error};
use crate::json::{self, Value};
use crate::oauth::redact::Secrets;
use crate::oauth::{address, lenient};
use crate::secret::Secret;
use crate::text::{self, printable};

/// §3.1: the form for the device authorization endpoint. `scope` is separated by spaces, `claims` (OpenID Connect §5.5) is JSON text.
/// The client id MUST be sent when the client does not authenticate otherwise, and public clients do not.
#[must_use]
pub fn body<'a>(client_id: &'a str, scope: &'a str, claims: &'a str) -> [(&'static str, &'a str); 3] {
    [("client_id", client_id), ("scope", scope), ("claims", claims)]
}

/// §3.2: the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// `device_code`: a bearer secret between this program and the server (§5.2).
    pub device_code: Secret,
    /// `user_code`: to be shown exactly as it came (§6.1).
    pub user_code: String,
    /// `verification_uri`: https; of a server on this machine also http on this machine.
    pub verification_uri: String,
    /// `verification_uri_complete`: with the code in it; for a QR code, beside the code, never instead of it (§3.3.1).
    pub verification_uri_complete: Option<String>,
    /// `expires_in`: the life of both codes.
    pub expires_in: Duration,
    /// `interval`: the least time between polls, where the server sends one.
    pub interval: Option<Duration>,
    /// Entra's sentence for the person, in the language asked for.
    pub message: Option<String>,
}

/// The longest device code in bytes. Some servers put a signed token into it.
pub const MAX_DEVICE_CODE: usize = 8 * 1024;
/// The longest user code in bytes: a person types it.
pub const MAX_USER_CODE: usize = 256;
/// The longest verification address in bytes. A longer one with the code in it, and a message longer than any that is shown, are
/// left out.
pub const MAX_VERIFICATION_URI: usize = 4 * 1024;

/// The members of a reply. Deviation: Google and Entra v1 say `url` for `uri`.
#[derive(Default, Deserialize)]
struct Reply<'a> {
    #[serde(default, deserialize_with = "lenient::text")]
    device_code: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    user_code: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    verification_uri: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    verification_url: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    verification_uri_complete: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    verification_url_complete: &'a str,
    #[serde(default, deserialize_with = "lenient::seconds")]
    expires_in: Option<Duration>,
    #[serde(default, deserialize_with = "lenient::interval")]
    interval: Option<Duration>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: &'a str,
}

impl DeviceAuthorization {
    /// Reads a reply of the server of `authority` that has no `error`.
    ///
    /// # Errors
    /// [`Code::InvalidServerResponse`] if a REQUIRED member is missing, empty or too long, [`Code::UnsafeVerificationUri`] if
    /// the address is one that nobody should be sent to.
    pub fn parse(members: &Value, authority: &str) -> Result<Box<Self>, Error> {
        let reply: Reply = json::from_value(members).unwrap_or_default();
        let device_code = required("device_code", reply.device_code, MAX_DEVICE_CODE)?;
        let user_code = printable(reply.user_code);
        let user_code = required("user_code", &user_code, MAX_USER_CODE)?;
        let verification_uri = first_with_text(reply.verification_uri, reply.verification_url);
        let verification_uri = required("verification_uri", verification_uri, MAX_VERIFICATION_URI)?;
        let complete = first_with_text(reply.verification_uri_complete, reply.verification_url_complete);
        let message = printable(reply.message.trim_ascii());
        let Some(expires_in) = reply.expires_in.filter(|length| !length.is_zero()) else {
            return Err(lacks("expires_in"));
        };
        if !address::may_name(authority, verification_uri) {
            return Err(unsafe_address(verification_uri, device_code));
        }
        Ok(Box::new(Self {
            device_code: Secret::new(device_code),
            user_code: user_code.into(),
            verification_uri: verification_uri.into(),
            verification_uri_complete: Some(complete)
                .filter(|text| text.len() <= MAX_VERIFICATION_URI && address::may_name(authority, text))
                .map(Into::into),
            expires_in,
            interval: reply.interval,
            message: Some(message).filter(|text| (1..=text::MAX_BYTES).contains(&text.len())),
        }))
    }
}

fn first_with_text<'a>(one: &'a str, other: &'a str) -> &'a str {
    let one = one.trim_ascii();
    if one.is_empty() { other.trim_ascii() } else { one }
}

/// The text of a REQUIRED member: not empty, and `max` bytes at the most.
fn required<'a>(member: &str, text: &'a str, max: usize) -> Result<&'a str, Error> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(lacks(member));
    }
    if text.len() > max {
        let place = format!("The {member} of the device authorization response");
        return Err(Code::InvalidServerResponse.error(text::over_limit(&place, text.len(), "bytes", max)));
    }
    Ok(text)
}

fn lacks(member: &str) -> Error {
    let message = format!("The device authorization response has no usable {member} (RFC 8628 §3.2).");
    Code::InvalidServerResponse.error(message)
}

fn unsafe_address(address: &str, device_code: &str) -> Error {
    let shown = Secrets::new(&[device_code], None).leave_out(printable(address));
    let hidden = if printable(address) == address { "" } else { ", with characters in it that nobody sees" };
    let message = format!("The device authorization response asks the person to open {shown}{hidden}.");
    Code::UnsafeVerificationUri.error(message)
}
