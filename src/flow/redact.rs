//! What must stay out of messages and logs when a host or a server repeats what it was sent.
//!
//! A host that fails may quote the whole request in its words (mocks of fetch do, and so do proxies), a server the whole body in its
//! description. Both become messages, and messages end in logs.

use crate::error::Evidence;
use crate::flow::{FlowState, Input};
use crate::oauth::form::{decode, repeats};
use crate::oauth::http::NoResponse;
use crate::secret::Secret;
use crate::text::cut;

/// What stands before the secret in the form of a request; the last one ends `refresh_token=` as well. Words that were cut short may
/// have less than the secret behind it.
const NAMES: [&str; 2] = ["device_code=", "token="];

/// No server's device code is as short as this. What is shorter is no secret, and would be found in any text.
const SHORTEST: usize = 12;

impl FlowState {
    /// What its requests hold and no text may repeat.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        if let Some(session) = self.session() {
            secrets.push(session.device_code.expose().into());
        }
        match self {
            Self::Refreshing(refreshing) => {
                for token in &refreshing.renewal.tokens {
                    secrets.push(token.secret.expose().into());
                }
            }
            Self::Revoking(revoking) => {
                for token in &revoking.tokens {
                    secrets.push(token.expose().into());
                }
            }
            _ => {}
        }
        secrets
    }

    /// The request to `url` failed, in the host's words; without these, if they repeat a secret, or the query, which may hold what is
    /// nobody's business.
    #[must_use]
    pub fn failed(&self, mut words: String, url: &str) -> Input {
        let query = cut(url, "?").1.unwrap_or_default();
        let tells = repeats(&words, &decode(query))
            || NAMES.iter().any(|name| repeats(&words, name))
            || self.secrets().iter().any(|secret| secret.len() >= SHORTEST && repeats(&words, secret));
        if tells {
            words = "(the host's words are left out: they repeat what was sent)".into();
        }
        Input::NoResponse(NoResponse::Failed(words))
    }
}

/// Takes out every text that repeats `secret`: a server may quote what it was sent (RFC 8628 §5.2), and a failure ends in logs.
pub fn leave_out(secret: &Secret, evidence: &mut Evidence) {
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
