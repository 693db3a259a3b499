//! Asking again before there is a code: a few quick attempts, then the caller is told.
//!
//! Unlike a poll these requests answer to nobody's interval, and nobody is looking at a code yet; but a device that
//! has just been switched on often has no network for a second.

use crate::entra::authority::Authority;
use crate::error::{Code, Error, Evidence};
use crate::flow::server_error;
use crate::flow::{Action, FlowState, Step};
use crate::oauth::http::{HttpResponse, NoResponse};
use crate::text::{cut, decimal};
use crate::time::{Millis, Seconds, UnixMillis};

/// How often a request is made before its failure is reported.
const ATTEMPTS: u8 = 3;
/// The wait after the first failure; it doubles.
const FIRST_WAIT: Seconds = Seconds(1);
/// A server that asks for a longer silence than this is believed at once.
const PATIENCE: Seconds = Seconds(10);

/// One request and its repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// Attempts made.
    pub attempts: u8,
    /// Not to be sent before.
    pub due: UnixMillis,
}

impl Retry {
    /// Is it time to send?
    #[must_use]
    pub fn is_due(&self, now: UnixMillis) -> bool {
        // A clock that was set back must not stall the request: no wait is longer than this.
        now >= self.due || self.due.since(now) > PATIENCE.millis()
    }
}

/// Sends, once it is time to.
pub fn ask(mut state: FlowState, now: UnixMillis) -> Step {
    if let Some(effort) = state.effort() {
        if !effort.is_due(now) {
            let due = effort.due;
            return wait(state, due);
        }
        effort.attempts = effort.attempts.saturating_add(1);
    }
    let send = match &state {
        FlowState::Discovering(discovering) => discovering.send(),
        FlowState::Requesting(requesting) => requesting.send(),
        FlowState::Refreshing(refreshing) => match refreshing.send() {
            Ok(send) => send,
            Err(failure) => return state.fail(failure),
        },
        // Where there is no such endpoint, there is nothing to do.
        FlowState::Revoking(revoking) if !revoking.endpoint.is_empty() && !revoking.tokens.is_empty() => {
            revoking.send()
        }
        _ => return Step { state: FlowState::Ended, action: Action::Done },
    };
    Step { state, action: Action::Send(send) }
}

/// Plans the next attempt after `failure`, which ends it if that would not help, or if there is to be none.
pub fn again(mut state: FlowState, failure: Error, now: UnixMillis) -> Step {
    let asked = failure.evidence.retry_after.unwrap_or_default();
    match state.effort() {
        Some(effort) if failure.retryable && effort.attempts < ATTEMPTS && asked <= PATIENCE => {
            let backoff = Millis(FIRST_WAIT.millis().0 << effort.attempts.saturating_sub(1));
            effort.due = now + backoff.max(asked.millis());
            let due = effort.due;
            wait(state, due)
        }
        _ => state.fail(failure),
    }
}

fn wait(state: FlowState, until: UnixMillis) -> Step {
    Step { state, action: Action::Wait { until } }
}

/// Nothing came back from `url`.
#[must_use]
pub fn no_response(url: &str, reason: &NoResponse) -> Error {
    Code::Network.because(&["The request to # #.", endpoint(url), &reason.describe()])
}

/// `url` answered with a status that says: not now.
#[must_use]
pub fn unavailable(url: &str, evidence: Box<Evidence>) -> Error {
    useless(Code::ServerUnavailable, url, evidence, ".")
}

/// `url` was answered from somewhere that wanted the request to go elsewhere.
#[must_use]
pub fn redirected(url: &str, evidence: Box<Evidence>) -> Error {
    let what = ", a redirect, which is never followed (a sign-in page of the network?).";
    useless(Code::InvalidServerResponse, url, evidence, what)
}

/// What it means that `url` answered without what was asked for: the `lack` of it, if it names no error. Of an error that passes by
/// itself only a refresh tells the `word`.
#[must_use]
pub fn refused(
    url: &str,
    response: &HttpResponse,
    evidence: Box<Evidence>,
    lack: &str,
    word: bool,
    authority: &Authority,
) -> Error {
    if response.is_redirect() {
        return redirected(url, evidence);
    }
    let failure = if evidence.error.is_empty() {
        useless(Code::InvalidServerResponse, url, evidence, lack)
    } else {
        server_error::failure(evidence, authority)
    };
    if response.is_transient() || failure.retryable && !word {
        // An overloaded server's error (authentik: 429 `slow_down` before there is any code) is not a refusal.
        return server_error::advised(unavailable(url, failure.into_evidence()), authority);
    }
    failure
}

fn useless(code: Code, url: &str, evidence: Box<Evidence>, what: &str) -> Error {
    // A page's fetch shows a redirect as the status 0, which says nothing to anybody.
    let (with, status) = match evidence.status.unwrap_or_default() {
        0 => ("", String::new()),
        status => (" with HTTP status ", decimal(status)),
    };
    code.because(&["# answered###", endpoint(url), with, &status, what]).with_evidence(evidence)
}

/// An address without its query, which may hold what the caller put there.
fn endpoint(url: &str) -> &str {
    cut(url, "?").0
}
