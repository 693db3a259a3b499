//! What must stay out of messages and logs when a host or a server repeats what it was sent.
//!
//! A host that fails may quote the whole request (mocks of fetch and proxies do). A server may quote the whole body in its
//! description. Both become messages, and messages end in logs.

use crate::error::Evidence;
use crate::flow::{FlowState, Input};
use crate::oauth::form::{decode, repeats};
use crate::oauth::http::NoResponse;
use crate::secret::Secret;

/// What stands before the secret in the form of a request. The second one is also the end of `refresh_token=`. A quotation that was
/// cut short may have less than the secret behind it.
const NAMES: [&str; 2] = ["device_code=", "token="];

/// No server's device code is as short as this. A shorter text is no secret, and would be found in any text.
const SHORTEST: usize = 12;

impl FlowState {
    /// The input after the request to `url` failed with this message of the host. A message that repeats a secret or the query,
    /// which may hold what the caller put there, is replaced.
    #[must_use]
    pub fn failed(&self, mut message: String, url: &str) -> Input {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let is_secret = repeats(&message, &decode(query))
            || NAMES.iter().any(|name| repeats(&message, name))
            || self.secrets().iter().any(|secret| secret.len() >= SHORTEST && repeats(&message, secret));
        if is_secret {
            message = "(the host's words are left out: they repeat what was sent)".into();
        }
        Input::NoResponse(NoResponse::Failed(message))
    }
}

/// Replaces every text that repeats `secret`: a server may quote what it was sent (RFC 8628 §5.2), and an error ends in logs.
pub fn redact(secret: &Secret, evidence: &mut Evidence) {
    let secret = secret.expose();
    if secret.len() < SHORTEST {
        return;
    }
    let Evidence { error, description, error_uri, suberror, correlation_id, trace_id, timestamp, claims, .. } =
        evidence;
    for text in [error, description, error_uri, suberror, correlation_id, trace_id, timestamp, claims] {
        if repeats(text, secret) {
            *text = "(left out: it repeated a secret)".into();
        }
    }
}
