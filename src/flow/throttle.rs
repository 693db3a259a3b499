//! Refreshes that a server has refused are not asked for again at once: a program that asks for a token with every request of
//! its own would otherwise ask the server just as often.
//!
//! As in the other MSALs: `Retry-After` is kept to, a server that could not answer is left alone for a minute, and one that
//! wants to see the person for two; then the same answer is given again. Only refreshes: what a person started by hand is
//! always sent. Nothing here is a secret: what was asked is kept as a hash.

use crate::error::{Class, Error, filled};
use crate::flow::{Action, FlowState, Input, Step};
use crate::text::decimal;
use crate::time::{Seconds, UnixMillis};

/// After 429 and 5xx without `Retry-After`.
const OUTAGE: Seconds = Seconds(60);
/// When the server wants to see the person.
const INTERACTION: Seconds = Seconds(120);
/// The longest silence that a server may ask for.
const LONGEST: Seconds = Seconds(3600);

/// The refusals of one application.
#[derive(Default)]
pub struct Throttle(Vec<Refusal>);

struct Refusal {
    asked: u64,
    since: UnixMillis,
    until: UnixMillis,
    failure: Error,
}

impl Throttle {
    /// One step of the machine by `advance`, unless it would ask what was refused not long ago.
    pub fn advance(
        &mut self,
        state: FlowState,
        input: Input,
        now: UnixMillis,
        advance: impl FnOnce(FlowState, Input, UnixMillis) -> Step,
    ) -> Step {
        let asking = match &state {
            FlowState::Refreshing(refreshing) if refreshing.effort.attempts > 0 => Some(refreshing.asked),
            _ => None,
        };
        let step = advance(state, input, now);
        match (asking, step) {
            // About to ask for the first time: also right after the authority was asked about.
            (None, Step { state: FlowState::Refreshing(refreshing), action: Action::Send(request) }) => {
                match self.refusal(refreshing.asked, now) {
                    Some(failure) => FlowState::Refreshing(refreshing).fail(failure),
                    None => Step { state: FlowState::Refreshing(refreshing), action: Action::Send(request) },
                }
            }
            (Some(asked), step) => {
                if let Action::Fail(failure) = &step.action {
                    self.note(asked, failure, now);
                }
                step
            }
            (None, step) => step,
        }
    }

    /// On a clock that was set back, nobody knows how old a refusal is.
    fn refusal(&mut self, asked: u64, now: UnixMillis) -> Option<Error> {
        self.0.retain(|refusal| now >= refusal.since && now < refusal.until);
        let refusal = self.0.iter().find(|refusal| refusal.asked == asked)?;
        let mut failure = refusal.failure.clone();
        let left = decimal(refusal.until.since(now).ceil_seconds());
        failure.message += &filled(&[" (Not asked again for another # s.)", &left]);
        Some(failure)
    }

    fn note(&mut self, asked: u64, failure: &Error, now: UnixMillis) {
        let evidence = &failure.evidence;
        let pause = match evidence.retry_after {
            Some(asked) => asked.min(LONGEST),
            None if matches!(evidence.status, Some(429 | 500..=599)) => OUTAGE,
            None if failure.class == Class::InteractionRequired && evidence.status.is_some() => INTERACTION,
            None => return,
        };
        self.0.push(Refusal { asked, since: now, until: now + pause, failure: failure.clone() });
    }
}
