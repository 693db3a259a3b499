//! A poll is under way: what each answer means (RFC 8628 §3.5), and what it means that there was none.

use core::time::Duration;

use crate::entra::error_codes::Advice;
use crate::error::{Code, Error, Evidence};
use crate::flow::log::Level;
use crate::flow::saved::SavedText;
use crate::flow::server_error::{self, Meaning};
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::state::State;
use crate::flow::trouble::Trouble;
use crate::flow::waiting::Waiting;
use crate::flow::{Action, FlowState, Input, Step};
use crate::json;
use crate::oauth::http::HttpResponse;
use crate::oauth::token::{TokenReply, TokenResponse};
use crate::time::UnixMillis;

/// One poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polling {
    /// The code and its polling.
    pub session: Box<Session>,
    /// When the request was sent.
    pub sent: UnixMillis,
}

/// What an answer means for the flow.
enum Verdict {
    /// The person has signed in.
    SignedIn(Box<TokenResponse>),
    /// The person has not finished. Some servers send an interval along.
    Pending(Option<Duration>),
    /// The polls come too fast. Some servers send an interval along.
    SlowDown(Option<Duration>),
    /// The answer does not help, and the code may still be good: poll on, more slowly.
    Trouble(Trouble),
    /// No poll can succeed any more.
    Over(Error),
}

impl State for Polling {
    fn session(&self) -> Option<&Session> {
        Some(&self.session)
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.session.device_code.expose()]
    }

    fn announcement(&self) -> Option<(Level, String)> {
        Some((Level::Verbose, format!("Poll {}.", self.session.polls)))
    }

    fn save(&self) -> Option<SavedText> {
        Some(SavedText::new("polling").member("sent", self.sent.0).session(&self.session))
    }
}

impl Polling {
    pub(super) fn advance(mut self, input: Input, now: UnixMillis) -> Step {
        match input {
            Input::Response(response) => self.answered(&response, now),
            Input::NoResponse(reason) => {
                self.session.poll_failed(reason.into());
                self.wait(now, None, now)
            }
            // A tick while polling means that the process that polled is gone. Its answer is assumed to have come at the timeout,
            // and the interval counts from there. If the clock was set back meanwhile, it counts from now, which is later than any
            // answer.
            Input::Tick => {
                let answered = (self.sent + self.session.request.request_timeout).min(now);
                self.session.answer_lost = true;
                self.session.trouble = Some(Trouble::CutOff);
                self.wait(answered, None, now)
            }
        }
    }

    fn answered(mut self, response: &HttpResponse, now: UnixMillis) -> Step {
        let (verdict, pause) = self.classify(response, now);
        self.session.code_unknown = matches!(verdict, Verdict::Trouble(Trouble::UnknownDeviceCode));
        match verdict {
            Verdict::SignedIn(tokens) => {
                return match SignIn::new(&self.session.request, tokens, response, now) {
                    Ok(sign_in) => Step { state: FlowState::Ended, action: Action::Finish(Box::new(sign_in)) },
                    Err(error) => Step::fail(error),
                };
            }
            Verdict::Over(error) => return Step::fail(error),
            Verdict::Pending(interval) => {
                self.session.pace.pending(interval);
                self.session.code_is_good();
            }
            Verdict::SlowDown(interval) => {
                self.session.pace.slow_down(interval);
                self.session.code_is_good();
            }
            Verdict::Trouble(trouble) => self.session.poll_failed(trouble),
        }
        self.wait(now, pause, now)
    }

    /// What an answer means, and how long the server asks to be left alone.
    fn classify(&self, response: &HttpResponse, now: UnixMillis) -> (Verdict, Option<Duration>) {
        match TokenReply::parse(response, &self.secrets(), now) {
            TokenReply::Tokens(tokens) => (Verdict::SignedIn(tokens), None),
            TokenReply::Error(evidence, interval) => {
                let advice = server_error::advice(&evidence, &self.session.request.authority);
                let pause = server_error::pause(&evidence, advice);
                let verdict = match server_error::meaning(&evidence, advice) {
                    Meaning::Pending => Verdict::Pending(interval),
                    Meaning::SlowDown => Verdict::SlowDown(interval),
                    meaning => self.classify_refusal(meaning, evidence, advice, response, now),
                };
                (verdict, pause)
            }
            // Deviation from "stop at any other error": what is not OAuth does not come from the authorization server. A proxy, a
            // captive portal or a restart answers so, and the code is still good.
            TokenReply::Unreadable(evidence, _) => {
                (Verdict::Trouble(Trouble::HttpStatus(response.status)), evidence.retry_after)
            }
        }
    }

    fn classify_refusal(
        &self,
        meaning: Meaning,
        evidence: Box<Evidence>,
        advice: Option<&Advice>,
        response: &HttpResponse,
        now: UnixMillis,
    ) -> Verdict {
        let session = &self.session;
        let authority = &session.request.authority;
        match meaning {
            // A server may also say so of a code that was redeemed. Before the code's end there is no other reason for it.
            Meaning::Expired if session.answer_lost && now < session.prompt.expires => {
                Verdict::Over(tokens_lost(evidence))
            }
            Meaning::Expired => Verdict::Over(expired(evidence)),
            // Deviation: GitHub was seen to say so once at the very moment of the approval. Once is forgiven.
            Meaning::Unknown if !session.code_unknown => Verdict::Trouble(Trouble::UnknownDeviceCode),
            // RFC 6749 §5.2: a code that was redeemed is as invalid as one that never was.
            Meaning::Invalid | Meaning::Unknown
                if session.answer_lost && server_error::may_be_redeemed(&evidence, advice) =>
            {
                Verdict::Over(tokens_lost(evidence))
            }
            Meaning::Denied => Verdict::Over(server_error::refusal(evidence, authority)),
            Meaning::Transient => Verdict::Trouble(Trouble::Refused(in_words(&evidence))),
            _ if response.is_transient() => Verdict::Trouble(Trouble::Refused(in_words(&evidence))),
            _ => Verdict::Over(server_error::refusal(evidence, authority)),
        }
    }

    /// The interval counts from the answer: a client that counts from the request is early by the time the answer took.
    fn wait(self, answered: UnixMillis, pause: Option<Duration>, now: UnixMillis) -> Step {
        let mut session = self.session.on_this_clock(self.sent, now);
        session.revise();
        let due = session.pace.next(answered, pause, session.pace.interval, session.deadline());
        Waiting::until(session, answered, due, now)
    }

    /// Reads what [`State::save`] wrote.
    pub(super) fn restore(text: &SavedText) -> Result<FlowState, json::Error> {
        let sent = UnixMillis(text.read_member("sent")?);
        Ok(FlowState::Polling(Self { session: text.read_session()?, sent }))
    }
}

/// The server says that the code has expired: the same error as when our own clock says so.
fn expired(evidence: Box<Evidence>) -> Error {
    let message = format!("The code expired before anybody signed in ({}).", in_words(&evidence));
    Code::Expired.error(message).with_evidence(evidence)
}

/// The code is used up, and the answer to an earlier poll was lost: that answer held the tokens.
fn tokens_lost(evidence: Box<Evidence>) -> Error {
    let message =
        format!("The answer to an earlier poll was lost, and now the code is used up ({}).", in_words(&evidence));
    Code::TokensLost.error(message).with_evidence(evidence)
}

/// The error in the server's words.
fn in_words(Evidence { error, description, .. }: &Evidence) -> String {
    if description.is_empty() { error.clone() } else { format!("{error} {description}") }
}
