//! What a log says about one step of the machine: a pure function of the state and the input before it and the [`Step`]
//! after it. Who wants to read it, and where, is the host's business: nothing here is called unless somebody does.
//!
//! **Never in a line**, whatever the reader allows: device code, user code (RFC 8628 §5.2, §5.4), tokens, claims. What a
//! server or the host says in its own words is left out if it repeats one of them. **Only in lines that say so**
//! ([`Line::contains_pii`]): who signed in, addresses (an authority names a tenant), and other people's words.

use crate::error::{Error, filled};
use crate::flow::silent::Found;
use crate::flow::{Action, FlowState, Input, Step};
use crate::oauth::form::repeats;
use crate::oauth::http::{HttpRequest, NoResponse};
use crate::oauth::lenient;
use crate::text::{cut, decimal, printable};
use crate::time::{Seconds, UnixMillis};

/// How much a reader wants to know. The order is msal-node's: each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is over without tokens.
    Error,
    /// Something went wrong, and it goes on.
    Warning,
    /// What a person would tell of a sign-in.
    Info,
    /// Every poll.
    Verbose,
    /// Every request.
    Trace,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who wants to know.
    pub level: Level,
    /// May it name a person, a tenant or an address?
    pub contains_pii: bool,
    /// One sentence or more, free of control characters.
    pub text: String,
}

/// What is noted before a step, because the step takes state and input with it.
pub struct Entry {
    /// At first what came of the request: an answer, or none; then perhaps in the host's own words.
    lines: Vec<Line>,
    /// The interval before the step, if a poll was under way.
    polled: Option<Seconds>,
    /// What no line may repeat.
    secrets: Vec<String>,
}

// Never inlined: each has one caller, whose own frame would grow with it (0.1 KB).
impl Entry {
    /// Before the step.
    #[must_use]
    #[inline(never)]
    pub fn open(state: &FlowState, input: &Input) -> Self {
        let mut secrets = state.secrets();
        let mut polled = None;
        if let Some(session) = state.session() {
            secrets.push(session.prompt.user_code.clone());
            polled = matches!(state, FlowState::Polling(_)).then_some(session.pace.interval);
        }
        let mut lines = Vec::new();
        match input {
            Input::Tick => {}
            Input::Response(response) => {
                if let Some(members) = lenient::members(response) {
                    secrets.extend(SECRETS.iter().filter_map(|name| members.get_str(name)).map(String::from));
                }
                let text = counted("Answer: HTTP status #.", &[response.status.into()]);
                lines.push(line(Level::Trace, false, &text, &secrets));
            }
            Input::NoResponse(reason) => {
                let in_its_words = matches!(reason, NoResponse::Failed(_));
                lines.push(line(
                    Level::Trace,
                    in_its_words,
                    &filled(&["The request #.", &reason.describe()]),
                    &secrets,
                ));
            }
        }
        Self { lines, polled, secrets }
    }

    /// After the step: all there is to say about it.
    #[must_use]
    #[inline(never)]
    pub fn close(mut self, step: &Step, now: UnixMillis) -> Vec<Line> {
        if self.went_wrong(step) {
            self.lines.iter_mut().for_each(|heard| heard.level = Level::Warning);
        }
        match &step.action {
            Action::Send(request) => self.sends(&step.state, request),
            Action::Wait { until } => self.waits(step, until.since(now).ceil_seconds()),
            Action::Finish(sign_in) => {
                let renewed = matches!(step.state, FlowState::Refreshed(_));
                let done = if renewed { "Renewed." } else { "Signed in." };
                match sign_in.tokens.expires_in {
                    Some(life) => {
                        let text = [done, " The access token is good for # s."].concat();
                        self.note(Level::Info, &text, &[life.0.into()]);
                    }
                    None => self.note(Level::Info, done, &[]),
                }
                if let Some(account) = &sign_in.account {
                    let (name, home) = (&account.profile.username, &account.home_account_id);
                    let tenant = &account.profile.tenant_id;
                    // Only Entra's have one.
                    let within = if tenant.is_empty() { "" } else { ", tenant " };
                    self.note_pii(Level::Info, &["It was #, account ###.", name, home, within, tenant]);
                }
            }
            Action::Done => self.note(Level::Info, "Revoked.", &[]),
            Action::Fail(failure) => {
                self.lines.append(&mut failed(failure, &self.secrets));
                if let FlowState::Refreshed(refreshed) = &step.state {
                    let life = refreshed.instead_of(failure).and_then(|sign_in| sign_in.expires_on);
                    if let Some(life) = life {
                        let text = "The access token that is there is good for another # s.";
                        self.note(Level::Warning, text, &[life.since(now).ceil_seconds()]);
                    }
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
        match state {
            FlowState::Polling(polling) => self.note(Level::Verbose, "Poll #.", &[polling.session.polls.into()]),
            FlowState::Requesting(_) => self.note(Level::Info, "Asking for a device code.", &[]),
            FlowState::Refreshing(_) => self.note(Level::Info, "Renewing the tokens.", &[]),
            FlowState::Revoking(_) => self.note(Level::Info, "Revoking a refresh token.", &[]),
            _ => self.note(Level::Verbose, "Asking for the authority's metadata.", &[]),
        }
        let method = if request.form.is_some() { "POST" } else { "GET" };
        self.note(Level::Trace, method, &[]);
        // The query holds what the caller put there.
        self.note_pii(Level::Trace, &["# ", method, cut(&request.url, "?").0]);
    }

    fn waits(&mut self, step: &Step, wait: u64) {
        let wrong = self.went_wrong(step);
        // With a tick that came early there is nothing to say.
        if self.lines.is_empty() && self.polled.is_none() {
            return;
        }
        let Some(session) = step.state.session() else {
            self.note(Level::Warning, "Asking again in # s.", &[wait]);
            return;
        };
        let (poll, interval, life) = (session.polls.into(), session.pace.interval, session.expires_in);
        match self.polled {
            Some(_) if wrong => self.note(Level::Warning, "Poll # went wrong. The next in # s.", &[poll, wait]),
            Some(before) if interval > before => {
                let text = "Poll # was too early for the server. Interval # s, the next in # s.";
                self.note(Level::Warning, text, &[poll, interval.0.into(), wait]);
            }
            Some(_) => self.note(Level::Verbose, "Poll #: pending. The next in # s.", &[poll, wait]),
            None => {
                let text = "Device code received. It lives for # s, interval # s.";
                self.note(Level::Info, text, &[life.0.into(), interval.0.into()]);
            }
        }
    }

    fn note(&mut self, level: Level, text: &str, numbers: &[u64]) {
        self.lines.push(line(level, false, &counted(text, numbers), &self.secrets));
    }

    fn note_pii(&mut self, level: Level, text: &[&str]) {
        self.lines.push(line(level, true, &filled(text), &self.secrets));
    }
}

/// What there is to say about a token from the cache.
#[must_use]
pub fn found(found: &Found, now: UnixMillis) -> Vec<Line> {
    let life = found.sign_in.expires_on.unwrap_or_default().since(now).ceil_seconds();
    let life = decimal(life);
    let due = if found.is_due { ", that is to be renewed meanwhile" } else { "" };
    let text = filled(&["The cache has an access token, good for another # s#.", &life, due]);
    vec![line(Level::Info, false, &text, &[])]
}

/// What there is to say about a cache that has something of a wrong type in it: `oddities` in words, none of them the cache's.
#[must_use]
pub fn loaded(oddities: &str) -> Vec<Line> {
    if oddities.is_empty() {
        return Vec::new();
    }
    let text = "Entries of the token cache have something of a wrong type in them, which is not used, and is kept as it is: #.";
    vec![line(Level::Warning, false, &filled(&[text, oddities]), &[])]
}

/// What there is to say about a failure, also about one that no step led to. No line repeats one of `secrets`.
#[must_use]
pub fn failed(failure: &Error, secrets: &[String]) -> Vec<Line> {
    let evidence = &failure.evidence;
    let mut text = filled(&["Failed: #.", plain(&failure.code)]);
    if let Some(status) = evidence.status {
        text += &counted(" HTTP status #.", &[status.into()]);
    }
    for code in &evidence.error_codes {
        text += &counted(" AADSTS#.", &[(*code).into()]);
    }
    if !evidence.trace_id.is_empty() {
        text += &filled(&[" Trace ID: #.", plain(&evidence.trace_id)]);
    }
    if !failure.hint.is_empty() {
        text += " ";
        text += failure.hint;
    }
    vec![line(Level::Error, false, &text, secrets), line(Level::Error, true, &failure.message, secrets)]
}

/// Members of a reply whose values no line may repeat.
const SECRETS: [&str; 6] = ["device_code", "user_code", "access_token", "refresh_token", "id_token", "client_info"];
/// What is shorter is no secret, and would be found in any text.
const SHORTEST: usize = 6;

fn line(level: Level, contains_pii: bool, text: &str, secrets: &[String]) -> Line {
    let tells = secrets.iter().any(|secret| secret.len() >= SHORTEST && repeats(text, secret));
    let text = if tells { "(left out: it repeated a secret)".into() } else { printable(text) };
    Line { level, contains_pii, text }
}

/// `text` with each `#` replaced by a number.
fn counted(text: &str, numbers: &[u64]) -> String {
    numbers.iter().fold(text.into(), |text: String, number| filled(&[&text, &decimal(*number)]))
}

/// A server's word, if it is one: a sentence, or a name, is for those who may see it.
fn plain(word: &str) -> &str {
    let is_one = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if word.len() <= 64 && word.bytes().all(is_one) { word } else { "(not shown)" }
}
