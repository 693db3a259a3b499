//! A request that the host could not send, or got no answer to.
//!
//! A host that fails may quote the whole request (mocks of fetch and proxies do). Its words become messages, and messages end in logs. So
//! no secret of the request may be in them. (What a server repeats: [`crate::oauth::redact`].)

use crate::flow::{FlowState, Input};
use crate::oauth::form::decode;
use crate::oauth::http::NoResponse;
use crate::oauth::redact::{MIN_SECRET_LENGTH, repeats};
use crate::text::short;

/// What stands before the secret in the form of a request. The second one is also the end of `refresh_token=`. A quotation that was
/// cut short may have less than the secret behind it.
const SECRET_PARAMETERS: [&str; 2] = ["device_code=", "token="];

impl FlowState {
    /// The input after the request to `url` failed with this message of the host. A message that repeats a secret or the query,
    /// which may hold what the caller put there, is replaced; a long one is cut off.
    #[must_use]
    pub fn failed(&self, mut message: String, url: &str) -> Input {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let is_secret = repeats(&message, &decode(query))
            || SECRET_PARAMETERS.iter().any(|name| repeats(&message, name))
            || self.secrets().iter().any(|secret| secret.len() >= MIN_SECRET_LENGTH && repeats(&message, secret));
        if is_secret {
            message = "(the host's words are left out: they repeat what was sent)".into();
        }
        Input::NoResponse(NoResponse::Failed(short(message)))
    }
}
