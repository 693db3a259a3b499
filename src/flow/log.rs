//! What a log says about one step of the machine: a pure function of the state and the input before the step, and of the
//! [`Step`]. The host decides who reads it. Nothing here is called unless somebody does.
//!
//! **Never in a line**, whatever the reader allows: device code, user code (RFC 8628 §5.2, §5.4), tokens, claims. What a server or
//! the host says in its own words is left out if it repeats one of them. **Only in marked lines** ([`Line::contains_pii`]): who
//! signed in, addresses (an authority names a tenant), and other people's words.

use core::time::Duration;

use crate::error::Error;
use crate::flow::silent::Found;
use crate::flow::state::State;
use crate::flow::{Action, FlowState, Input, Step};
use crate::oauth::http::{HttpRequest, NoResponse};
use crate::oauth::lenient;
use crate::oauth::redact::{LEFT_OUT, repeats};
use crate::text::printable;
use crate::time::{UnixMillis, ceil_seconds};

/// How important a line is. The order is msal-node's: each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The end without tokens.
    Error,
    /// Something went wrong, and the flow goes on.
    Warning,
    /// The main events of a sign-in.
    Info,
    /// Every poll.
    Verbose,
    /// Every request.
    Trace,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How important it is.
    pub level: Level,
    /// Can it name a person, a tenant or an address?
    pub contains_pii: bool,
    /// One sentence or more, free of control characters.
    pub text: String,
}

/// What is noted before a step, which consumes the state and the input.
pub struct Entry {
    /// At first the answer to the request, or why there was none.
    lines: Vec<Line>,
    /// The interval before the step, if a poll was under way.
    polled: Option<Duration>,
    /// What no line may repeat.
    secrets: Vec<String>,
}

impl Entry {
    /// Before the step.
    #[must_use]
    pub fn open(state: &FlowState, input: &Input) -> Self {
        let mut secrets: Vec<String> = state.secrets().into_iter().map(String::from).collect();
        let mut polled = None;
        if let Some(session) = state.session() {
            secrets.push(session.prompt.user_code.clone());
            polled = matches!(state, FlowState::Polling(_)).then_some(session.pace.interval);
        }
        let mut entry = Self { lines: Vec::new(), polled, secrets };
        match input {
            Input::Tick => {}
            Input::Response(response) => {
                if let Some(members) = lenient::members(response) {
                    entry
                        .secrets
                        .extend(SECRET_MEMBERS.iter().filter_map(|name| members.get_str(name)).map(String::from));
                }
                entry.note(Level::Trace, &format!("Answer: HTTP status {}.", response.status));
            }
            Input::NoResponse(reason) => {
                let text = format!("The request {}.", reason.describe());
                match reason {
                    NoResponse::Failed(_) => entry.note_pii(Level::Trace, &text),
                    _ => entry.note(Level::Trace, &text),
                }
            }
        }
        entry
    }

    /// After the step: all lines about it.
    #[must_use]
    pub fn close(mut self, step: &Step, now: UnixMillis) -> Vec<Line> {
        if self.went_wrong(step) {
            self.lines.iter_mut().for_each(|line| line.level = Level::Warning);
        }
        match &step.action {
            Action::Send(request) => self.sends(&step.state, request),
            Action::Wait { until } => self.waits(step, ceil_seconds(until.since(now))),
            Action::Finish(sign_in) => {
                let event = if matches!(step.state, FlowState::Refreshed(_)) { "Renewed." } else { "Signed in." };
                match sign_in.tokens.expires_in {
                    Some(life) => {
                        let life = life.as_secs();
                        self.note(Level::Info, &format!("{event} The access token is good for {life} s."));
                    }
                    None => self.note(Level::Info, event),
                }
                let account = &sign_in.account;
                let home = &account.home_account_id;
                let name = match account.profile.username.as_str() {
                    "" => String::new(),
                    name => format!("{name}, "),
                };
                // Only Entra's have a tenant.
                let tenant = match account.profile.tenant_id.as_str() {
                    "" => String::new(),
                    tenant => format!(", tenant {tenant}"),
                };
                self.note_pii(Level::Info, &format!("It was {name}account {home}{tenant}."));
            }
            Action::Done => self.note(Level::Info, "Revoked."),
            Action::Fail(error) => {
                self.lines.append(&mut failed(error, &self.secrets));
                if let FlowState::Refreshed(outcome) = &step.state
                    && let Some(expires_on) = outcome.fallback_for(error).and_then(|sign_in| sign_in.expires_on)
                {
                    let life = ceil_seconds(expires_on.since(now));
                    let text = format!("The access token that is there is good for another {life} s.");
                    self.note(Level::Warning, &text);
                }
            }
        }
        self.lines
    }

    fn went_wrong(&self, step: &Step) -> bool {
        match step.state.session() {
            Some(session) => self.polled.is_some() && session.trouble.is_some(),
            None => matches!(step.action, Action::Wait { .. }),
        }
    }

    fn sends(&mut self, state: &FlowState, request: &HttpRequest) {
        if let Some((level, text)) = state.state().and_then(State::announcement) {
            self.note(level, &text);
        }
        let method = if request.form.is_some() { "POST" } else { "GET" };
        self.note(Level::Trace, method);
        // The query holds what the caller put there.
        let address = request.url.split_once('?').map_or(request.url.as_str(), |(address, _)| address);
        self.note_pii(Level::Trace, &format!("{method} {address}"));
    }

    fn waits(&mut self, step: &Step, wait: u64) {
        // There is nothing to say about a tick that came early.
        if self.lines.is_empty() && self.polled.is_none() {
            return;
        }
        let Some(session) = step.state.session() else {
            self.note(Level::Warning, &format!("Asking again in {wait} s."));
            return;
        };
        let (poll, interval) = (session.polls, session.pace.interval);
        match self.polled {
            Some(_) if self.went_wrong(step) => {
                self.note(Level::Warning, &format!("Poll {poll} went wrong. The next in {wait} s."));
            }
            Some(before) if interval > before => {
                let interval = interval.as_secs();
                let text =
                    format!("Poll {poll} was too early for the server. Interval {interval} s, the next in {wait} s.");
                self.note(Level::Warning, &text);
            }
            Some(_) => self.note(Level::Verbose, &format!("Poll {poll}: pending. The next in {wait} s.")),
            None => {
                let (life, interval) = (session.expires_in.as_secs(), interval.as_secs());
                self.note(Level::Info, &format!("Device code received. It lives for {life} s, interval {interval} s."));
            }
        }
    }

    fn note(&mut self, level: Level, text: &str) {
        self.lines.push(line(level, false, text, &self.secrets));
    }

    fn note_pii(&mut self, level: Level, text: &str) {
        self.lines.push(line(level, true, text, &self.secrets));
    }
}

/// The line about a token from the cache.
#[must_use]
pub fn found(found: &Found, now: UnixMillis) -> Vec<Line> {
    let life = ceil_seconds(found.sign_in.expires_on.unwrap_or_default().since(now));
    let due = if found.is_due { ", that is to be renewed meanwhile" } else { "" };
    let text = format!("The cache has an access token, good for another {life} s{due}.");
    vec![line(Level::Info, false, &text, &[])]
}

/// The line about a cache that has values of a wrong type. `malformed` describes them without the cache's own words; empty where
/// there are none.
#[must_use]
pub fn loaded(malformed: &str) -> Vec<Line> {
    if malformed.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "Entries of the token cache have something of a wrong type in them, which is not used, and is kept as it is: {malformed}."
    );
    vec![line(Level::Warning, false, &text, &[])]
}

/// The lines about an error, also about one that no step led to. No line repeats one of `secrets`.
#[must_use]
pub fn failed(error: &Error, secrets: &[String]) -> Vec<Line> {
    let evidence = &error.evidence;
    let mut sentences = vec![format!("Failed: {}.", word_or_placeholder(error.code.text()))];
    sentences.extend(evidence.status.map(|status| format!("HTTP status {status}.")));
    sentences.extend(evidence.error_codes.iter().map(|number| format!("AADSTS{number}.")));
    if !evidence.trace_id.is_empty() {
        sentences.push(format!("Trace ID: {}.", word_or_placeholder(&evidence.trace_id)));
    }
    if !error.hint.is_empty() {
        sentences.push(error.hint.into());
    }
    let text = sentences.join(" ");
    vec![line(Level::Error, false, &text, secrets), line(Level::Error, true, &error.message, secrets)]
}

/// Members of an answer whose values no line may repeat.
const SECRET_MEMBERS: [&str; 6] =
    ["device_code", "user_code", "access_token", "refresh_token", "id_token", "client_info"];
/// In bytes. It is less than that of [`crate::oauth::redact`], because user codes are secrets here too, and they are shorter than
/// tokens.
const MIN_SECRET_LENGTH: usize = 6;

fn line(level: Level, contains_pii: bool, text: &str, secrets: &[String]) -> Line {
    let is_secret = secrets.iter().any(|secret| secret.len() >= MIN_SECRET_LENGTH && repeats(text, secret));
    let text = if is_secret { LEFT_OUT.into() } else { printable(text) };
    Line { level, contains_pii, text }
}

/// A server's word if it is one word. A sentence or a name may be shown in marked lines only.
fn word_or_placeholder(word: &str) -> &str {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if word.len() <= 64 && word.bytes().all(fits) { word } else { "(not shown)" }
}
