//! A refresh that a server has refused is not sent again at once: a program that asks for a token with every request of its own
//! would otherwise ask the server just as often.
//!
//! As in the other MSALs the same error is returned again: as long as `Retry-After` says, for a minute if the server could not
//! answer, for two minutes if a person has to sign in. This is for refreshes only: what a person started is always sent. Nothing
//! here is a secret: a request is kept as a hash.

use core::time::Duration;

use crate::error::{Class, Error};
use crate::flow::retry::RetriedRequest;
use crate::flow::{Action, FlowState, Input, Step};
use crate::time::{UnixMillis, ceil_seconds};

/// After 429 and 5xx without `Retry-After`.
const OUTAGE: Duration = Duration::from_secs(60);
/// If a person has to sign in.
const INTERACTION: Duration = Duration::from_secs(120);
/// The longest `Retry-After` that counts.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

/// How many refusals are kept. An error has 70 KB at the most.
const MAX_REFUSALS: usize = 32;

/// The refusals of one application, the oldest first.
#[derive(Default)]
pub struct Throttle(Vec<Refusal>);

struct Refusal {
    asked: u64,
    since: UnixMillis,
    until: UnixMillis,
    error: Error,
}

impl Throttle {
    /// One step of the machine by `advance`. A request that was refused not long ago is not sent.
    pub fn advance(
        &mut self,
        state: FlowState,
        input: Input,
        now: UnixMillis,
        advance: impl FnOnce(FlowState, Input, UnixMillis) -> Step,
    ) -> Step {
        let asking = match &state {
            FlowState::Refreshing(refreshing) if refreshing.retry.attempts > 0 => Some(refreshing.asked),
            _ => None,
        };
        let step = advance(state, input, now);
        match (asking, step) {
            // The first request of a refresh, also right after the authority was asked about.
            (None, Step { state: FlowState::Refreshing(refreshing), action: Action::Send(request) }) => {
                match self.refusal(refreshing.asked, now) {
                    Some(error) => refreshing.fail(error),
                    None => Step { state: FlowState::Refreshing(refreshing), action: Action::Send(request) },
                }
            }
            (Some(asked), step) => {
                if let Action::Fail(error) = &step.action {
                    self.note(asked, error, now);
                }
                step
            }
            (None, step) => step,
        }
    }

    /// The error to return without asking.
    fn refusal(&mut self, asked: u64, now: UnixMillis) -> Option<Error> {
        self.forget(now);
        let refusal = self.0.iter().find(|refusal| refusal.asked == asked)?;
        let mut error = refusal.error.clone();
        let left = ceil_seconds(refusal.until.since(now));
        error.message = format!("{} (Not asked again for another {left} s.)", error.message);
        Some(error)
    }

    fn note(&mut self, asked: u64, error: &Error, now: UnixMillis) {
        let evidence = &error.evidence;
        let pause = match evidence.retry_after {
            Some(retry_after) => retry_after.min(MAX_WAIT),
            None if matches!(evidence.status, Some(429 | 500..=599)) => OUTAGE,
            None if error.class == Class::InteractionRequired && evidence.status.is_some() => INTERACTION,
            None => return,
        };
        self.forget(now);
        if self.0.len() == MAX_REFUSALS {
            self.0.remove(0);
        }
        self.0.push(Refusal { asked, since: now, until: now + pause, error: error.clone() });
    }

    /// On a clock that was set back the age of a refusal is not known.
    fn forget(&mut self, now: UnixMillis) {
        self.0.retain(|refusal| now >= refusal.since && now < refusal.until);
    }
}
