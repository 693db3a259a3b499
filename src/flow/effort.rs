//! Asking again before there is a code: a few quick attempts, then the caller is told.
//!
//! Unlike a poll these requests answer to nobody's interval, and nobody is looking at a code yet; but a device that
//! has just been switched on often has no network for a second.

use crate::failure::{Code, Evidence, Failure};
use crate::time::{Millis, Seconds, UnixMillis};
use crate::wire::http::NoResponse;
use crate::wire::text::{cut, decimal};

/// How often a request is made before its failure is reported.
const ATTEMPTS: u8 = 3;
/// The wait after the first failure; it doubles.
const FIRST_WAIT: Seconds = Seconds(1);
/// A server that asks for a longer silence than this is believed at once.
const PATIENCE: Seconds = Seconds(10);

/// One request and its repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Attempts made.
    pub attempts: u8,
    /// Not to be sent before.
    pub due: UnixMillis,
}

impl Effort {
    /// Is it time to send?
    #[must_use]
    pub fn is_due(&self, now: UnixMillis) -> bool {
        // A clock that was set back must not stall the request: no wait is longer than this.
        now >= self.due || self.due.since(now) > PATIENCE.millis()
    }

    /// Counts an attempt that is being made now.
    pub fn begin(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
    }

    /// Plans the next attempt.
    ///
    /// # Errors
    /// `failure`, if there is to be none.
    pub fn again(&mut self, failure: Failure, now: UnixMillis) -> Result<(), Failure> {
        let asked = failure.evidence.retry_after.unwrap_or_default();
        if self.attempts >= ATTEMPTS || asked > PATIENCE {
            return Err(failure);
        }
        let backoff = Millis(FIRST_WAIT.millis().0 << self.attempts.saturating_sub(1));
        self.due = now + backoff.max(asked.millis());
        Ok(())
    }
}

/// Nothing came back from `url`.
#[must_use]
pub fn no_response(url: &str, reason: &NoResponse) -> Failure {
    Code::Network.because(&["The request to ", endpoint(url), " ", &reason.describe(), "."])
}

/// `url` answered with a status that says: not now.
#[must_use]
pub fn unavailable(url: &str, evidence: Box<Evidence>) -> Failure {
    useless(Code::ServerUnavailable, url, evidence, ".")
}

/// `url` was answered from somewhere that wanted the request to go elsewhere.
#[must_use]
pub fn redirected(url: &str, evidence: Box<Evidence>) -> Failure {
    let what = ", a redirect, which is never followed (a sign-in page of the network?).";
    useless(Code::InvalidServerResponse, url, evidence, what)
}

/// `url` answered something unreadable.
#[must_use]
pub fn unreadable(url: &str, evidence: Box<Evidence>) -> Failure {
    useless(Code::InvalidServerResponse, url, evidence, " and a body that is neither JSON nor a form.")
}

fn useless(code: Code, url: &str, evidence: Box<Evidence>, what: &str) -> Failure {
    let status = decimal(evidence.status.unwrap_or_default());
    code.because(&[endpoint(url), " answered with HTTP status ", &status, what]).with(evidence)
}

/// An address without its query, which may hold what the caller put there.
fn endpoint(url: &str) -> &str {
    cut(url, "?").0
}
