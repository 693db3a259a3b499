//! A poll is under way: what each answer means (RFC 8628 §3.5), and what it means that none was heard.

use crate::error::{Code, Error, Evidence, filled};
use crate::flow::redact::leave_out;
use crate::flow::server_error::{self, Meaning};
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::waiting::Waiting;
use crate::flow::{Action, FlowState, Input, Step};
use crate::oauth::http::HttpResponse;
use crate::oauth::token::TokenReply;
use crate::text::decimal;
use crate::time::{Seconds, UnixMillis};

/// One poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polling {
    /// The code and how it fares.
    pub session: Box<Session>,
    /// When it was sent.
    pub sent: UnixMillis,
}

impl Polling {
    pub(super) fn advance(self, input: Input, now: UnixMillis) -> Step {
        match input {
            Input::Response(response) => self.answered(&response, now),
            Input::NoResponse(reason) => self.unheard().goes_on(Some(reason.describe()), None, now),
            // The driver does not tick while it waits for an answer: this state was thawed, and the process that asked
            // is gone. Its answer can have come as late as the timeout, and the interval counts from there. (On a clock
            // that was set back meanwhile, from now: later than any answer.)
            Input::Tick => {
                let answered = (self.sent + self.session.request.request_timeout).min(now);
                let mut polling = self.unheard();
                polling.session.trouble = Some("was cut off".into());
                polling.again(answered, None, now)
            }
        }
    }

    fn answered(mut self, response: &HttpResponse, now: UnixMillis) -> Step {
        match TokenReply::parse(response, now) {
            TokenReply::Tokens(tokens) => {
                let sign_in = SignIn::new(&self.session.request, tokens, response.request_id.clone(), now);
                Step { state: FlowState::Ended, action: Action::Finish(Box::new(sign_in)) }
            }
            TokenReply::Error(evidence, interval) => self.refused(evidence, interval, response.is_transient(), now),
            // Deviation from "stop at any other error": what is not OAuth is not the authorization server speaking.
            // A proxy, a captive portal or a restart answers so, and the code is still good.
            TokenReply::Unreadable(evidence, _) => {
                let status = decimal(evidence.status.unwrap_or_default());
                self.session.unrecognised = false;
                self.unheard().goes_on(
                    Some(filled(&["was answered with HTTP status ", &status])),
                    evidence.retry_after,
                    now,
                )
            }
        }
    }

    fn refused(
        mut self,
        mut evidence: Box<Evidence>,
        interval: Option<Seconds>,
        transient: bool,
        now: UnixMillis,
    ) -> Step {
        let unrecognised = core::mem::take(&mut self.session.unrecognised);
        let authority = &self.session.request.authority;
        let advice = server_error::advice(&evidence, authority);
        let meaning = server_error::meaning(&evidence, advice);
        // Of what nearly every poll is answered with nothing is told.
        if !matches!(meaning, Meaning::Pending | Meaning::SlowDown) {
            leave_out(&self.session.device_code, &mut evidence);
        }
        let trouble = match meaning {
            Meaning::Pending => {
                self.session.pace.pending(interval);
                self.session.unheard = false;
                None
            }
            Meaning::SlowDown => {
                self.session.pace.slow_down(interval);
                self.session.unheard = false;
                None
            }
            // A server may also say so of a code that was redeemed, but not of one that should still be alive for another reason.
            Meaning::Expired => {
                let early = self.session.unheard && now < self.session.prompt.expires;
                return Step::fail(if early { tokens_lost(evidence) } else { expired(evidence) });
            }
            // Deviation: GitHub was seen to say so once at the very moment of the approval. Once is forgiven.
            Meaning::Unknown if !unrecognised => {
                self.session.unrecognised = true;
                Some("was answered with an unknown device code".into())
            }
            // RFC 6749 §5.2: a code that was redeemed is as invalid as one that never was.
            Meaning::Invalid | Meaning::Unknown
                if self.session.unheard && server_error::may_be_redeemed(&evidence, advice) =>
            {
                return Step::fail(tokens_lost(evidence));
            }
            meaning if meaning == Meaning::Transient || transient && meaning != Meaning::Denied => {
                Some(filled(&["was answered with ", &words(&evidence)]))
            }
            _ => return Step::fail(server_error::failure(evidence, authority)),
        };
        self.goes_on(trouble, server_error::pause(&evidence, advice), now)
    }

    /// An answer was lost, and nobody knows what it said.
    fn unheard(mut self) -> Self {
        self.session.unheard = true;
        self
    }

    /// Back to waiting; after `trouble`, which is no good answer, slower than before.
    fn goes_on(mut self, trouble: Option<String>, asked: Option<Seconds>, now: UnixMillis) -> Step {
        if trouble.is_some() {
            self.session.pace.missed();
        }
        self.session.trouble = trouble;
        self.again(now, asked, now)
    }

    /// The interval counts from the answer, not from the request: a client that counts from the request
    /// is early by the time the answer took.
    fn again(self, answered: UnixMillis, asked: Option<Seconds>, now: UnixMillis) -> Step {
        let mut session = self.session.on_this_clock(self.sent, now);
        session.revise();
        let due = session.pace.next(answered, asked, session.pace.interval.millis(), session.deadline());
        Waiting::until(session, answered, due, now)
    }
}

/// The server says that the code's life is over: the same code as when our own clock says so.
fn expired(evidence: Box<Evidence>) -> Error {
    Code::Expired
        .because(&["The code expired before anybody signed in (#).", &words(&evidence)])
        .with_evidence(evidence)
}

/// The code is used up, and the answer to an earlier poll was lost: that answer held the tokens.
fn tokens_lost(evidence: Box<Evidence>) -> Error {
    let what = "The answer to an earlier poll was lost, and now the code is used up (#).";
    Code::TokensLost.because(&[what, &words(&evidence)]).with_evidence(evidence)
}

/// The error in the server's words.
fn words(evidence: &Evidence) -> String {
    let described = if evidence.description.is_empty() { "" } else { " " };
    [&evidence.error, described, &evidence.description].concat()
}
