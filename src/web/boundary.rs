//! An application and its flows, as JavaScript calls them. Every call answers at once with a JSON text ([`crate::web::view`]).
//!
//! No call can come while another one is under way, because nothing here calls back: so `&mut self` is safe to have.

use core::cell::RefCell;
use core::mem;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::config::request::SignInRequest;
use crate::error::{Code, Error};
use crate::flow::known_servers::KnownServers;
use crate::flow::log::Entry;
use crate::flow::sign_in::SignIn;
use crate::flow::silent::{Beginning, SilentRequest};
use crate::flow::{Action, FlowState, Input, Step, saved};
use crate::json::Members;
use crate::oauth::http::{HttpResponse, NoResponse};
use crate::web::token_cache::TokenCache;
use crate::web::view::{self, moment};

/// One application: what it has learnt about authorities and from refusals serves all of its calls.
#[wasm_bindgen]
#[derive(Default)]
pub struct Application {
    memory: Rc<RefCell<KnownServers>>,
}

/// One sign-in: from the request on, and as long as somebody may be typing its code.
#[wasm_bindgen]
pub struct Flow {
    /// The application's.
    memory: Rc<RefCell<KnownServers>>,
    state: FlowState,
    /// How it ended, once it has.
    end: Option<End>,
    /// Does anybody read the journal? If not, it is not written.
    log: bool,
}

/// With tokens, or without; with nothing where there was nothing to bring.
type End = Result<Option<Box<SignIn>>, Error>;

#[wasm_bindgen]
impl Application {
    /// Nothing learnt yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Prepares a sign-in; the first [`Flow::tick`] asks for the code. `request` is the JSON text that
    /// [`SignInRequest::parse`] reads.
    #[must_use]
    pub fn start(&self, request: &str) -> Flow {
        self.flow(SignInRequest::parse(request).and_then(FlowState::begin))
    }

    /// Takes up a saved flow of this client at this authority: `configuration` is a JSON text as that of a request.
    #[must_use]
    pub fn resume(&self, text: &str, configuration: &str) -> Flow {
        self.flow(saved::resume(text, configuration))
    }

    /// Renews the tokens of the account in `request`, which is the JSON text that [`SilentRequest::parse`] reads, with what the
    /// cache has. [`TokenCache::save`] keeps what comes of it.
    #[must_use]
    pub fn refresh(&self, request: &str, cache: &TokenCache, now: f64) -> Flow {
        match SilentRequest::parse(request).and_then(|request| request.refresh(cache.store(), moment(now))) {
            Ok(Beginning::State(state)) => self.flow(Ok(state)),
            Ok(Beginning::Found(found)) => self.over(Ok(Some(found.sign_in))),
            Err(failure) => self.over(Err(failure)),
        }
    }

    /// Revokes the refresh tokens of the account in `request` where the provider has an endpoint for it.
    #[must_use]
    pub fn revoke(&self, request: &str, cache: &TokenCache) -> Flow {
        self.flow(SilentRequest::parse(request).and_then(|request| request.revoke(cache.store())))
    }

    fn flow(&self, state: Result<FlowState, Error>) -> Flow {
        match state {
            Ok(state) => Flow { memory: Rc::clone(&self.memory), state, end: None, log: false },
            Err(failure) => self.over(Err(failure)),
        }
    }

    /// One that is over before it began.
    fn over(&self, end: End) -> Flow {
        Flow { memory: Rc::clone(&self.memory), state: FlowState::Ended, end: Some(end), log: false }
    }
}

#[wasm_bindgen]
impl Flow {
    /// To be called first: `{ failure }` if what was asked for cannot be. With `log`, all answers that follow have lines of the
    /// journal in them ([`Entry`]).
    pub fn open(&mut self, log: bool) -> String {
        self.log = log;
        match &self.end {
            Some(Err(failure)) => view::failed(failure).write(),
            _ => view::nothing(),
        }
    }

    /// Time has passed, or somebody wants to know. What is to be done next: `{ url, form, timeout }` is to be sent,
    /// `{ until, hasPrompt }` to be waited for; `{ signIn }`, `{ failure }` and `{ isDone }` are the end, and stay it.
    pub fn tick(&mut self, now: f64) -> String {
        self.step(Input::Tick, now)
    }

    /// The request was answered. What is to be done next, as after a [`Flow::tick`].
    pub fn answered(
        &mut self,
        now: f64,
        status: u16,
        retry_after: Option<String>,
        date: Option<String>,
        request_id: Option<String>,
        body: Vec<u8>,
    ) -> String {
        self.step(Input::Response(Box::new(HttpResponse { status, body, retry_after, date, request_id })), now)
    }

    /// The request failed, in the host's words; `url` is where it was sent to.
    pub fn failed(&mut self, now: f64, words: String, url: &str) -> String {
        self.step(self.state.failed(words, url), now)
    }

    /// It took longer than its timeout.
    #[wasm_bindgen(js_name = timedOut)]
    pub fn timed_out(&mut self, now: f64) -> String {
        self.step(Input::NoResponse(NoResponse::TimedOut), now)
    }

    /// Its answer was longer than the limit.
    #[wasm_bindgen(js_name = tooLarge)]
    pub fn too_large(&mut self, now: f64) -> String {
        self.step(Input::NoResponse(NoResponse::TooLarge), now)
    }

    /// Nobody waits for its answer any more.
    pub fn abandoned(&mut self, now: f64) -> String {
        self.step(Input::NoResponse(NoResponse::Abandoned), now)
    }

    /// What the person must see; `undefined` before there is a code and once the flow is over.
    #[must_use]
    pub fn prompt(&self) -> Option<String> {
        self.state.session().map(view::prompt)
    }

    /// What the flow is known by in a store; `undefined` before there is a code and once the flow is over.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        saved::mark(&self.state)
    }

    /// Has it brought, or taught, what the cache does not know yet?
    #[wasm_bindgen(js_name = hasNews)]
    #[must_use]
    pub fn has_news(&self) -> bool {
        let findings = match &self.state {
            FlowState::Refreshed(refreshed) => !refreshed.findings.is_empty(),
            _ => false,
        };
        findings || self.brought().is_some_and(|sign_in| !sign_in.from_cache)
    }

    /// The flow as a text: `{ text }`. `{ failure }`: the flow is over.
    #[must_use]
    pub fn save(&self) -> String {
        let Some(text) = saved::write(&self.state) else {
            let failure = Code::FlowEnded.because(&["DeviceCodeFlow.save(): the flow is over."]);
            return view::failed(&failure).write();
        };
        let mut view = Members::default();
        view.text("text", &text);
        view.write()
    }
}

impl Flow {
    /// One step of the machine.
    fn step(&mut self, input: Input, now: f64) -> String {
        if let Some(end) = &self.end {
            return view::ended(end).write();
        }
        let (state, now) = (mem::replace(&mut self.state, FlowState::Ended), moment(now));
        let entry = self.log.then(|| Entry::open(&state, &input));
        let step = self.memory.borrow_mut().advance(state, input, now);
        let lines = entry.map_or_else(Vec::new, |entry| entry.close(&step, now));
        let Step { state, action } = step;
        self.state = state;
        let end = match action {
            Action::Send(request) => return view::with_lines(view::send(&request), &lines),
            Action::Wait { until } => {
                return view::with_lines(view::wait(until, self.state.session().is_some()), &lines);
            }
            Action::Finish(sign_in) => Ok(Some(sign_in)),
            Action::Done => Ok(None),
            Action::Fail(failure) => {
                let instead = match &mut self.state {
                    FlowState::Refreshed(refreshed) => refreshed.take_instead_of(&failure),
                    _ => None,
                };
                instead.map_or(Err(failure), |sign_in| Ok(Some(sign_in)))
            }
        };
        view::with_lines(view::ended(self.end.insert(end)), &lines)
    }

    /// Where it stands.
    pub(super) fn state(&self) -> &FlowState {
        &self.state
    }

    /// The tokens that it ended with, if it did.
    pub(super) fn brought(&self) -> Option<&SignIn> {
        self.end.as_ref()?.as_ref().ok()?.as_deref()
    }
}
