//! A token asked for without a person: a cache, a request, and the machine driven from answer to answer.

use std::collections::VecDeque;

use device_code_flow::cache::document::CacheDocument;
use device_code_flow::error::Error;
use device_code_flow::flow::known_servers::KnownServers;
use device_code_flow::flow::purpose::RefreshOutcome;
use device_code_flow::flow::sign_in::SignIn;
use device_code_flow::flow::silent::{Beginning, Found, SilentRequest};
use device_code_flow::flow::{Action, FlowState, Input, Step};
use device_code_flow::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use device_code_flow::time::UnixMillis;
use serde_json::{Value, json};

use super::START;
use super::cache::{CLIENT, PREFERRED, TENANT, home};

/// Where Ada is at home.
pub const AUTHORITY: &str = "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee";

/// What the facade hands over, for Ada at home.
pub fn request(changes: &Value) -> String {
    let mut request = json!({
        "clientId": CLIENT, "authority": AUTHORITY, "scopes": ["User.Read"], "correlationId": "an-id",
        "homeAccountId": home(), "environment": PREFERRED, "tenantId": TENANT,
    });
    for (name, value) in changes.as_object().expect("changes") {
        request[name] = value.clone();
    }
    request.to_string()
}

/// What the cache has for it, so many seconds after [`START`].
pub fn found(store: &CacheDocument, changes: &Value, seconds: i64) -> Option<Found> {
    parsed(changes).look_up(store, at(seconds))
}

pub fn parsed(changes: &Value) -> SilentRequest {
    SilentRequest::parse(&request(changes)).expect("a good request")
}

pub fn at(seconds: i64) -> UnixMillis {
    UnixMillis(START.0.saturating_add_signed(seconds * 1000))
}

/// One refresh from its beginning to its end, answered in order; a connection that breaks is `None`.
pub struct Refresh {
    /// Everything that was sent.
    pub sent: Vec<HttpRequest>,
    /// How it ended.
    pub end: Result<Box<SignIn>, Error>,
    /// What it has taught.
    pub refreshed: RefreshOutcome,
    /// How it looked in a debugger, step by step.
    pub debug: Vec<String>,
    /// When.
    pub now: UnixMillis,
}

/// A program that keeps its cache and what it has learnt, and whose clock goes on.
#[derive(Default)]
pub struct Program {
    pub store: CacheDocument,
    pub memory: KnownServers,
    pub now: UnixMillis,
}

impl Program {
    pub fn new(store: CacheDocument) -> Self {
        Self { store, now: START, ..Self::default() }
    }

    pub fn after(&mut self, seconds: i64) -> &mut Self {
        self.now = UnixMillis(self.now.0.saturating_add_signed(seconds * 1000));
        self
    }

    /// What the answers make of it; what came of it is in the cache afterwards.
    pub fn refresh(
        &mut self,
        changes: &Value,
        answers: impl IntoIterator<Item: Into<Option<HttpResponse>>>,
    ) -> Refresh {
        match parsed(changes).refresh(&self.store, self.now) {
            Ok(Beginning::State(state)) => self.drive(state, answers),
            Ok(Beginning::Found(found)) => Refresh::at_once(Ok(found.sign_in), self.now),
            Err(failure) => Refresh::at_once(Err(failure), self.now),
        }
    }

    /// The same for any state.
    pub fn drive(&mut self, state: FlowState, answers: impl IntoIterator<Item: Into<Option<HttpResponse>>>) -> Refresh {
        let mut answers: VecDeque<Option<HttpResponse>> = answers.into_iter().map(Into::into).collect();
        let mut refresh = Refresh::at_once(Err(device_code_flow::error::Code::Internal.error("no end")), self.now);
        let mut step = self.memory.advance(state, Input::Tick, self.now);
        loop {
            refresh.debug.push(format!("{step:?}"));
            let Step { state, action } = step;
            let input = match action {
                Action::Send(request) => {
                    refresh.sent.push(*request);
                    self.now.0 += 100;
                    match answers.pop_front().expect("one request more than answers") {
                        Some(answer) => Input::Response(Box::new(answer)),
                        None => Input::NoResponse(NoResponse::Failed("connection reset".into())),
                    }
                }
                Action::Wait { until } => {
                    assert!(state.session().is_none() && until > self.now, "it waits for something");
                    self.now = until;
                    Input::Tick
                }
                Action::Finish(sign_in) => return self.over(refresh, state, Ok(sign_in)),
                Action::Fail(failure) => return self.over(refresh, state, Err(failure)),
                Action::Done => panic!("a refresh brings something"),
            };
            step = self.memory.advance(state, input, self.now);
        }
    }

    /// As the shell does it: what was learnt and what came are kept, and a token that is still good stands in for a failure.
    fn over(&mut self, mut refresh: Refresh, state: FlowState, end: Result<Box<SignIn>, Error>) -> Refresh {
        if let FlowState::Refreshed(refreshed) = state {
            self.store.apply(&refreshed.findings);
            refresh.refreshed = *refreshed;
        }
        if let Ok(sign_in) = &end {
            self.store.save(&sign_in.grant(), sign_in.arrived);
        }
        refresh.end = match end {
            Err(failure) => match refresh.refreshed.fallback_for(&failure) {
                Some(sign_in) => Ok(Box::new(sign_in.clone())),
                None => Err(failure),
            },
            end => end,
        };
        refresh.now = self.now;
        refresh
    }
}

impl Refresh {
    fn at_once(end: Result<Box<SignIn>, Error>, now: UnixMillis) -> Self {
        Self { sent: Vec::new(), end, refreshed: RefreshOutcome::default(), debug: Vec::new(), now }
    }

    /// The access token that it ended with.
    #[track_caller]
    pub fn token(&self) -> &str {
        self.sign_in().tokens.access_token.expose()
    }

    #[track_caller]
    pub fn sign_in(&self) -> &SignIn {
        self.end.as_ref().expect("tokens")
    }

    #[track_caller]
    pub fn failure(&self) -> &Error {
        self.end.as_ref().expect_err("a failure")
    }

    /// The refresh tokens that were sent, in their order.
    pub fn tried(&self) -> Vec<String> {
        self.sent.iter().filter_map(|request| parameter(request, "refresh_token")).collect()
    }
}

/// A parameter of a form; what these tests look for needs no decoding but for spaces.
pub fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let form = request.form.as_ref()?.expose();
    let pair = form.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name);
    pair.map(|(_, value)| value.replace("%20", " ").replace("%40", "@").replace("%3A", ":"))
}
