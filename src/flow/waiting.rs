//! The person has the code, and the next poll is not due yet.

use crate::flow::polling::Polling;
use crate::flow::session::Session;
use crate::flow::{Action, FlowState, Step};
use crate::time::UnixMillis;
use crate::wire::token::DeviceAccessTokenRequest;

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
    /// Looks at the time. An answer that comes while nothing is outstanding counts as a tick.
    pub(super) fn advance(self, now: UnixMillis) -> Step {
        let Self { session, answered, due } = self.on_this_clock(now);
        if now < due || now >= session.deadline() {
            return session.wait(answered, due, now);
        }
        Self::poll(session, now)
    }

    /// A clock that was set back would stretch the wait by the jump: it is measured anew from `now`, at its full
    /// length, so that no poll comes early.
    fn on_this_clock(self, now: UnixMillis) -> Self {
        if now >= self.answered {
            return self;
        }
        let Self { mut session, answered, due } = self;
        session.patience = session.patience.map(|patience| now + patience.since(answered));
        Self { session, answered: now, due: now + due.since(answered) }
    }

    fn poll(mut session: Box<Session>, now: UnixMillis) -> Step {
        session.polls = session.polls.saturating_add(1);
        let request = DeviceAccessTokenRequest {
            endpoint: &session.endpoints.token,
            client_id: &session.request.client_id,
            device_code: &session.device_code,
            claims: session.request.claims.as_deref(),
            client_info: session.request.authority.is_entra(),
            query: &session.request.extra_query,
        };
        let action = Action::Send(request.request(session.request.request_timeout));
        Step { state: FlowState::Polling(Polling { session, sent: now }), action }
    }
}
