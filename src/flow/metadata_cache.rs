//! What authorities have said about themselves, kept for a day: the second sign-in of an application asks nothing again.
//!
//! Only an answer that was good enough to go on with is kept. Nothing here is a secret, and nothing is saved with a flow.

use crate::flow::{Action, FlowState, Input, Step, advance};
use crate::oauth::http::HttpResponse;
use crate::time::{Millis, UnixMillis};

/// How long an answer is good: as in all the MSALs.
const LIFE: Millis = Millis(24 * 60 * 60 * 1000);

/// The answers of one application's authorities.
#[derive(Default)]
pub struct MetadataCache(Vec<Answer>);

struct Answer {
    url: String,
    at: UnixMillis,
    response: Box<HttpResponse>,
}

impl MetadataCache {
    /// One step of the machine, as [`advance`], but what is known need not be sent for.
    pub fn advance(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let mut step = self.kept(state, input, now);
        while let (FlowState::Discovering(discovering), Action::Send(_)) = (&step.state, &step.action) {
            let Some(response) = self.recall(&discovering.url(), now) else { break };
            step = advance(step.state, Input::Response(response), now);
        }
        step
    }

    /// One step, and its answer kept if it led on.
    fn kept(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let (FlowState::Discovering(discovering), Input::Response(response)) = (&state, &input) else {
            return advance(state, input, now);
        };
        let (document, url, response) = (discovering.document, discovering.url(), response.clone());
        let step = advance(state, input, now);
        let led_on = match &step.state {
            FlowState::Requesting(_) | FlowState::Refreshing(_) | FlowState::Revoking(_) => true,
            FlowState::Discovering(next) => {
                document == super::discovering::Document::Instance && next.document != document
            }
            _ => false,
        };
        if led_on {
            let answer = Answer { url, at: now, response };
            match self.0.iter_mut().find(|known| known.url == answer.url) {
                Some(known) => *known = answer,
                None => self.0.push(answer),
            }
        }
        step
    }

    /// On a clock that was set back, nobody knows how old an answer is.
    fn recall(&self, url: &str, now: UnixMillis) -> Option<Box<HttpResponse>> {
        let fresh = |answer: &&Answer| answer.url == url && now >= answer.at && now.since(answer.at) < LIFE;
        self.0.iter().find(fresh).map(|answer| answer.response.clone())
    }
}
