//! The person has the code, and the next poll is not due yet.

use crate::flow::polling::Polling;
use crate::flow::session::Session;
use crate::flow::{Action, FlowState, Step};
use crate::oauth::token;
use crate::time::{Millis, UnixMillis};

/// How long after the deadline the answer to the last poll may come.
const GRACE: Millis = Millis(2_000);

/// Between two polls, or before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The code and how it fares.
    pub session: Box<Session>,
    /// When the last answer came (at first: the codes).
    pub answered: UnixMillis,
    /// When to poll.
    pub due: UnixMillis,
}

impl Waiting {
    /// Waits for `due`, or ends if the deadline has come.
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

    /// Looks at the time. An answer that comes while nothing is outstanding counts as a tick.
    pub(super) fn advance(self, now: UnixMillis) -> Step {
        let Self { session, answered, due } = self.on_this_clock(now);
        if now < due || now >= session.deadline() {
            return Self::until(session, answered, due, now);
        }
        Self::poll(session, now)
    }

    /// A clock that was set back would stretch the wait by the jump: it is measured anew from `now`, at its full
    /// length, so that no poll comes early.
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
        // An answer is waited for a little beyond the deadline, because it may bring tokens; but not so long that the end
        // would be told late.
        send.timeout = send.timeout.min(Millis(session.deadline().since(now).0 + GRACE.0));
        Step { state: FlowState::Polling(Polling { session, sent: now }), action: Action::Send(send) }
    }
}
