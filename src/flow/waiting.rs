//! The person has the code, and the next poll is not due yet.

use core::time::Duration;

use crate::flow::polling::Polling;
use crate::flow::saved::SavedText;
use crate::flow::session::Session;
use crate::flow::state::State;
use crate::flow::{Action, FlowState, Step};
use crate::json;
use crate::oauth::token;
use crate::time::UnixMillis;

/// How long after the deadline the answer to the last poll may come.
const GRACE: Duration = Duration::from_secs(2);

/// Between two polls, or before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The code and its polling.
    pub session: Box<Session>,
    /// When the last answer came; at first when the codes came.
    pub answered: UnixMillis,
    /// When to poll.
    pub due: UnixMillis,
}

impl State for Waiting {
    fn session(&self) -> Option<&Session> {
        Some(&self.session)
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.session.device_code.expose()]
    }

    fn save(&self) -> Option<SavedText> {
        let text = SavedText::new("waiting").member("answered", self.answered.0).member("due", self.due.0);
        Some(text.session(&self.session))
    }
}

impl Waiting {
    /// Waits for `due`, or ends the flow if the deadline has come.
    pub(super) fn until(session: Box<Session>, answered: UnixMillis, due: UnixMillis, now: UnixMillis) -> Step {
        let deadline = session.deadline();
        if now >= deadline {
            return Step::fail(session.too_late(now));
        }
        Step {
            state: FlowState::Waiting(Self { session, answered, due }),
            action: Action::Wait { until: due.min(deadline).max(now) },
        }
    }

    /// Looks at the time. An answer that comes while none is expected counts as a tick.
    pub(super) fn advance(self, now: UnixMillis) -> Step {
        let Self { session, answered, due } = self.on_this_clock(now);
        if now < due || now >= session.deadline() {
            return Self::until(session, answered, due, now);
        }
        Self::poll(session, now)
    }

    /// A clock that was set back would lengthen the wait by the jump. The whole wait begins anew at `now`, so that no poll comes
    /// early.
    fn on_this_clock(self, now: UnixMillis) -> Self {
        let Self { session, answered, due } = self;
        let session = session.on_this_clock(answered, now);
        if now < answered {
            Self { session, answered: now, due: now + due.since(answered) }
        } else {
            Self { session, answered, due }
        }
    }

    fn poll(mut session: Box<Session>, now: UnixMillis) -> Step {
        session.polls = session.polls.saturating_add(1);
        session.revise();
        let request = &session.request;
        let body = token::body(&session.device_code, &request.client_id, request.client_info(), request.claims());
        let mut send = request.post(&session.endpoints.token, &body, "");
        // The answer is waited for a little beyond the deadline, because it may bring tokens.
        send.timeout = send.timeout.min(session.deadline().since(now).saturating_add(GRACE));
        Step { state: FlowState::Polling(Polling { session, sent: now }), action: Action::Send(send) }
    }

    /// Reads what [`State::save`] wrote.
    pub(super) fn restore(text: &SavedText) -> Result<FlowState, json::Error> {
        let (answered, due) = (UnixMillis(text.read_member("answered")?), UnixMillis(text.read_member("due")?));
        Ok(FlowState::Waiting(Self { session: text.read_session()?, answered, due }))
    }
}
