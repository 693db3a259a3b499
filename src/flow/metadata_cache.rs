//! The metadata of authorities, kept for a day: the second sign-in of an application does not ask for it again.
//!
//! Only an answer that led to the next request is kept, and of these the last ones that are not too long. Nothing here is a secret,
//! and nothing is saved with a flow.

use core::time::Duration;

use crate::flow::discovering::Document;
use crate::flow::{Action, FlowState, Input, Step, advance};
use crate::oauth::http::HttpResponse;
use crate::time::UnixMillis;

/// How long an answer is good: as in all MSALs.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// How many answers are kept.
const MAX_ENTRIES: usize = 32;
/// The longest answer that is kept, in bytes. Metadata is a tenth of it.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// The answers of one application's authorities, the oldest first.
#[derive(Default)]
pub struct MetadataCache(Vec<Answer>);

struct Answer {
    url: String,
    at: UnixMillis,
    response: Box<HttpResponse>,
}

impl MetadataCache {
    /// One step of the machine, as [`advance`]. Requests whose answer is here are not sent.
    pub fn advance(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let mut step = self.advance_and_store(state, input, now);
        while let (FlowState::Discovering(discovering), Action::Send(_)) = (&step.state, &step.action) {
            let Some(response) = self.answer(&discovering.document_url(), now) else { break };
            step = advance(step.state, Input::Response(response), now);
        }
        step
    }

    fn advance_and_store(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let (FlowState::Discovering(discovering), Input::Response(response)) = (&state, &input) else {
            return advance(state, input, now);
        };
        let document = discovering.document;
        let answer = Answer { url: discovering.document_url(), at: now, response: response.clone() };
        let step = advance(state, input, now);
        if led_on(document, &step.state) && answer.response.body.len() <= MAX_DOCUMENT_BYTES {
            self.keep(answer);
        }
        step
    }

    fn keep(&mut self, answer: Answer) {
        self.0.retain(|earlier| earlier.url != answer.url && earlier.is_fresh(answer.at));
        if self.0.len() == MAX_ENTRIES {
            self.0.remove(0);
        }
        self.0.push(answer);
    }

    fn answer(&self, url: &str, now: UnixMillis) -> Option<Box<HttpResponse>> {
        let answer = self.0.iter().find(|answer| answer.url == url && answer.is_fresh(now))?;
        Some(answer.response.clone())
    }
}

impl Answer {
    /// On a clock that was set back the age of an answer is not known.
    fn is_fresh(&self, now: UnixMillis) -> bool {
        now >= self.at && now.since(self.at) < LIFE
    }
}

/// Was the answer to the request of `document` good enough to go on with?
fn led_on(document: Document, next: &FlowState) -> bool {
    match next {
        FlowState::Requesting(_) | FlowState::Refreshing(_) | FlowState::Revoking(_) => true,
        FlowState::Discovering(next) => document == Document::Instance && next.document != document,
        _ => false,
    }
}
