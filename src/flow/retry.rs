//! Requests other than polls, which are made up to three times: the counter, the schedule, and the trait of the states that
//! make them.
//!
//! No interval applies to these requests, and nobody is looking at a code yet. A device that has just been switched on often
//! has no network for a second.

use core::time::Duration;

use crate::error::Error;
use crate::flow::state::State;
use crate::flow::{Action, FlowState, Input, Step, server_error};
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::time::UnixMillis;

/// How often a request is made before its failure is reported.
const ATTEMPTS: u8 = 3;
/// The wait after the first failure. It doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// If a server asks for a longer wait than this, the failure is reported at once.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The counter of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// Attempts made.
    pub attempts: u8,
    /// The next attempt is not made before.
    pub due: UnixMillis,
}

impl Retry {
    /// Is it time to send?
    #[must_use]
    pub fn is_due(&self, now: UnixMillis) -> bool {
        // A clock that was set back must not stall the request: no wait is longer than this.
        now >= self.due || self.due.since(now) > MAX_WAIT
    }

    /// Plans the next attempt after `error`. `None`: there is to be none, or it would not help.
    fn next_attempt(&mut self, error: &Error, now: UnixMillis) -> Option<UnixMillis> {
        let retry_after = error.evidence.retry_after.unwrap_or_default();
        if !error.retryable || self.attempts >= ATTEMPTS || retry_after > MAX_WAIT {
            return None;
        }
        let backoff = FIRST_WAIT * (1 << self.attempts.saturating_sub(1));
        self.due = now + backoff.max(retry_after);
        Some(self.due)
    }
}

/// A state whose request is retried.
pub trait RetriedRequest: State {
    /// Where the request goes, without what identifies it in logs.
    fn url(&self) -> String;

    /// The request. `None`: there is nothing to send, and the flow is done.
    ///
    /// # Errors
    /// Why it must not be sent.
    fn request(&self) -> Result<Option<Box<HttpRequest>>, Error>;

    /// The counter of the request.
    fn retry(&mut self) -> &mut Retry;

    /// The same as a state of the machine.
    fn into_state(self: Box<Self>) -> FlowState;

    /// What an answer means.
    fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step;

    /// The end without success.
    fn fail(self: Box<Self>, error: Error) -> Step {
        Step::fail(error)
    }
}

/// One step of such a state.
pub fn advance(state: Box<dyn RetriedRequest>, input: Input, now: UnixMillis) -> Step {
    match input {
        Input::Tick => send(state, now),
        Input::Response(response) => state.answered(&response, now),
        Input::NoResponse(reason) => {
            let error = server_error::no_response(&state.url(), &reason);
            retry(state, error, now)
        }
    }
}

/// Sends the request once it is due.
pub fn send(mut state: Box<dyn RetriedRequest>, now: UnixMillis) -> Step {
    let retry = state.retry();
    if !retry.is_due(now) {
        let until = retry.due;
        return Step { state: state.into_state(), action: Action::Wait { until } };
    }
    retry.attempts = retry.attempts.saturating_add(1);
    match state.request() {
        Ok(Some(request)) => Step { state: state.into_state(), action: Action::Send(request) },
        Ok(None) => Step { state: FlowState::Ended, action: Action::Done },
        Err(error) => state.fail(error),
    }
}

/// Plans the next attempt after `error`, or ends with it.
pub fn retry(mut state: Box<dyn RetriedRequest>, error: Error, now: UnixMillis) -> Step {
    match state.retry().next_attempt(&error, now) {
        Some(until) => Step { state: state.into_state(), action: Action::Wait { until } },
        None => state.fail(error),
    }
}
