//! A flow as a text, and back: version 4. Versions 1 to 3 are read as well.
//!
//! A text is one JSON object. The parts of a flow (its state, its session, its request) are derived structs whose members stand side
//! by side in it. All times are absolute. The text holds the device code, so it is a credential. `check`, the last member, is the
//! FNV-1a hash of everything before it. It reveals damage and edits; it is no signature, and whoever can write the text can also
//! sign in.
//!
//! * Version 2 added private clouds and the program's name, version 3 `revision` and the lost answers.
//! * Version 4 has [`Trouble`] as a value. The versions before it have an English sentence in its place, and the names `unheard` and
//!   `unrecognised` for `answerLost` and `codeUnknown` ([`upgrade`]).

use serde::{Deserialize, Serialize};

use crate::config::arguments;
use crate::config::request::{Application, SignInRequest};
use crate::entra::authority::Authority;
use crate::entra::endpoints::Endpoints;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::flow::FlowState;
use crate::flow::discovering::Discovering;
use crate::flow::pace::Pace;
use crate::flow::polling::Polling;
use crate::flow::requesting::Requesting;
use crate::flow::retry::{Retry, SavedRetry};
use crate::flow::session::{Prompt, Session};
use crate::flow::trouble::Trouble;
use crate::flow::waiting::Waiting;
use crate::hash;
use crate::json::{self, Problem, Value};
use crate::oauth::address;
use crate::secret::Secret;
use crate::text::printable;
use crate::time::{Millis, Seconds, UnixMillis};

/// The version that this release writes.
const VERSION: u64 = 4;
/// What distinguishes these texts from others.
const KIND: &str = "device-code-flow";
/// Comes before the hash, last in the text.
const CHECK: &str = ",\"check\":\"";

/// The first members of every text.
#[derive(Serialize, Deserialize)]
struct Header {
    kind: String,
    version: u64,
    state: String,
}

/// The object of a text: while it is written, and once it is read.
pub struct SavedText(Vec<(String, Value)>);

impl SavedText {
    /// The text of the state of this name.
    #[must_use]
    pub fn new(state: &str) -> Self {
        Self(Vec::new()).part(&Header { kind: KIND.into(), version: VERSION, state: state.into() })
    }

    /// Adds the members of a derived struct.
    #[must_use]
    pub fn part(mut self, part: &impl Serialize) -> Self {
        if let Ok(Value::Object(members)) = json::to_value(part) {
            self.0.extend(members);
        }
        self
    }

    /// Reads the members of a derived struct.
    ///
    /// # Errors
    /// The first member that is missing or not what it must be.
    pub fn read_part<T: for<'de> Deserialize<'de>>(&self) -> Result<T, json::Error> {
        json::from_value(&Value::Object(self.0.clone()))
    }
}

/// Writes a state. `None`: the flow is over, or it asks for no code, so that there is nothing to resume.
#[must_use]
pub fn write(state: &FlowState) -> Option<String> {
    let SavedText(members) = state.state()?.save()?;
    let mut text = Value::Object(members).write();
    text.pop();
    let end = end(&text);
    Some(text + &end)
}

/// Reads a text that [`write()`] wrote, in this or an earlier release.
///
/// # Errors
/// [`Code::SavedFlowVersion`] for a newer release's text, [`Code::SavedFlowInvalid`] for everything else.
pub fn read(text: &str) -> Result<FlowState, Error> {
    let invalid = |what: &str| Code::SavedFlowInvalid.error(format!("The saved flow {what}."));
    // Editors and shells add a line break, and some of them a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_ascii();
    let value = Value::parse(text).ok_or_else(|| invalid("is not JSON, or was cut short"))?;
    if value.text("kind") != Some(KIND) {
        return Err(invalid("was not written by device-code-flow"));
    }
    match value.integer("version").unwrap_or_default() {
        0 => return Err(invalid("has no version")),
        1..=VERSION => {}
        _ => return Err(Code::SavedFlowVersion.error("The saved flow was written by a newer release.")),
    }
    if !is_intact(text) {
        return Err(invalid("was changed after it was saved"));
    }
    read_state(value).map_err(|error| invalid(&format!("has a wrong field: {error}")))
}

/// Reads a text for the application that resumes it: the client that started it, configured for the same authority.
/// `configuration` is the JSON text that a request of this application would be part of.
///
/// # Errors
/// As [`read`], and [`Code::SavedFlowMismatch`] for another application's flow.
pub fn resume(text: &str, configuration: &str) -> Result<FlowState, Error> {
    let state = read(text)?;
    let Some(Session { request, .. }) = state.session() else {
        return Err(Code::SavedFlowInvalid.error("The saved flow has no code yet."));
    };
    let (client_id, authority) = arguments::identity(configuration)?;
    if request.client_id != client_id {
        return Err(Code::SavedFlowMismatch.error("The saved flow was started by another client id."));
    }
    if request.configured.canonical() != authority.canonical() {
        return Err(Code::SavedFlowMismatch.error("The saved flow was started under another auth.authority."));
    }
    Ok(state)
}

/// The id of a flow, for stores that must not know its device code: a hash of it. `None` before there is a code.
#[must_use]
pub fn flow_id(state: &FlowState) -> Option<String> {
    state.session().map(|session| check(session.device_code.expose()))
}

fn read_state(value: Value) -> Result<FlowState, json::Error> {
    let Value::Object(members) = value else { return Err(json::Error::new(Problem::Expected("an object".into()))) };
    let text = upgrade(SavedText(members))?;
    let Header { state, .. } = text.read_part()?;
    match state.as_str() {
        "discovering" => Discovering::restore(&text),
        "requesting" => Requesting::restore(&text),
        "waiting" => Waiting::restore(&text),
        "polling" => Polling::restore(&text),
        _ => Err(wrong("state", "a state")),
    }
}

/// Changes the members of an earlier version into those of this one.
fn upgrade(mut text: SavedText) -> Result<SavedText, json::Error> {
    let Header { version, .. } = text.read_part()?;
    if version == VERSION {
        return Ok(text);
    }
    for (name, value) in &mut text.0 {
        match (name.as_str(), &value) {
            ("unrecognised", _) => *name = "codeUnknown".into(),
            ("unheard", _) => *name = "answerLost".into(),
            ("trouble", Value::String(sentence)) => *value = json::to_value(&Trouble::from_sentence(sentence))?,
            _ => {}
        }
    }
    Ok(text)
}

/// The end of the text after `body`: its hash.
fn end(body: &str) -> String {
    format!("{CHECK}{}\"}}", check(body))
}

fn is_intact(text: &str) -> bool {
    text.rfind(CHECK).is_some_and(|at| text.get(..at).is_some_and(|body| text.get(at..) == Some(&end(body))))
}

fn check(text: &str) -> String {
    hash::hexadecimal(hash::fnv(hash::START, text))
}

fn wrong(name: &str, expected: &str) -> json::Error {
    json::Error::new(Problem::Expected(expected.into())).in_member(name)
}

/// Every state has these: what the caller asked for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedRequest {
    client_id: String,
    configured_authority: String,
    authority: String,
    /// Version 1 has none: there it follows from the authority.
    environment: Option<String>,
    oidc: bool,
    #[serde(default)]
    known_authorities: Vec<String>,
    cloud_discovery_metadata: Option<String>,
    authority_metadata: Option<String>,
    scopes: Vec<String>,
    claims: Option<String>,
    extra_query_parameters: Option<Value>,
    correlation_id: String,
    locale: Option<String>,
    timeout: Option<u64>,
    request_timeout: u64,
    app_name: Option<String>,
    app_version: Option<String>,
    #[serde(default)]
    keep_verification_uri: bool,
    /// Entra is being asked whether it knows the host ([`Discovering`] writes this member).
    #[serde(default, skip_serializing)]
    instance: bool,
}

/// The states with a code have these.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedSession {
    /// Versions 1 and 2 have none. Every text of a later version is newer than those.
    #[serde(default)]
    revision: u64,
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    message: String,
    expires: u64,
    expires_in: u64,
    patience: Option<u64>,
    interval: u64,
    misses: u64,
    polls: u64,
    code_unknown: bool,
    /// Versions 1 and 2 forget their lost answers.
    #[serde(default)]
    answer_lost: bool,
    trouble: Option<Trouble>,
}

/// The states that know the endpoints have these.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedEndpoints {
    device_authorization_endpoint: String,
    token_endpoint: String,
}

/// Writing what several states share.
impl SavedText {
    /// Adds the counter of a request.
    #[must_use]
    pub fn retry(self, retry: &Retry) -> Self {
        self.part(&SavedRetry::from(retry))
    }

    /// Adds the endpoints.
    #[must_use]
    pub fn endpoints(self, endpoints: &Endpoints) -> Self {
        self.part(&SavedEndpoints {
            device_authorization_endpoint: endpoints.device_authorization.clone(),
            token_endpoint: endpoints.token.clone(),
        })
    }

    /// Adds what the caller asked for.
    #[must_use]
    pub fn request(self, request: &SignInRequest) -> Self {
        let request = request.clone();
        let pairs = request.extra_query.into_iter().map(|(name, value)| (name, Value::String(value)));
        self.part(&SavedRequest {
            client_id: request.client_id,
            configured_authority: request.configured.canonical().into(),
            authority: request.authority.canonical().into(),
            environment: Some(request.authority.environment().into()),
            oidc: request.trust.oidc,
            known_authorities: request.trust.known,
            cloud_discovery_metadata: request.trust.clouds,
            authority_metadata: request.authority_metadata,
            scopes: request.scopes,
            claims: request.claims,
            extra_query_parameters: Some(Value::Object(pairs.collect())),
            correlation_id: request.correlation_id,
            locale: request.locale,
            timeout: request.timeout.map(|timeout| timeout.0.into()),
            request_timeout: request.request_timeout.0,
            app_name: request.application.name,
            app_version: request.application.version,
            keep_verification_uri: request.keep_verification_uri,
            instance: false,
        })
    }

    /// Adds the code and its polling, with the endpoints and what the caller asked for.
    #[must_use]
    pub fn session(self, session: &Session) -> Self {
        let Session { prompt, pace, .. } = session;
        let part = SavedSession {
            revision: session.revision.into(),
            device_code: session.device_code.expose().into(),
            user_code: prompt.user_code.clone(),
            verification_uri: prompt.verification_uri.clone(),
            verification_uri_complete: prompt.verification_uri_complete.clone(),
            message: prompt.message.clone(),
            expires: prompt.expires.0,
            expires_in: session.expires_in.0.into(),
            patience: session.patience.map(|moment| moment.0),
            interval: pace.interval.0.into(),
            misses: pace.misses.into(),
            polls: session.polls.into(),
            code_unknown: session.code_unknown,
            answer_lost: session.answer_lost,
            trouble: session.trouble.clone(),
        };
        self.part(&part).endpoints(&session.endpoints).request(&session.request)
    }
}

/// Reading what several states share. Everything is checked here: whoever can write the text chose its values.
impl SavedText {
    /// The counter of a request.
    ///
    /// # Errors
    /// As [`Self::read_part`], and so do the others.
    pub fn read_retry(&self) -> Result<Retry, json::Error> {
        self.read_part::<SavedRetry>().map(Retry::from)
    }

    /// The endpoints.
    ///
    /// # Errors
    /// An address that is not safe to send a code to.
    pub fn read_endpoints(&self) -> Result<Endpoints, json::Error> {
        let saved: SavedEndpoints = self.read_part()?;
        Ok(Endpoints {
            device_authorization: secure("deviceAuthorizationEndpoint", saved.device_authorization_endpoint)?,
            token: secure("tokenEndpoint", saved.token_endpoint)?,
        })
    }

    /// What the caller asked for.
    ///
    /// # Errors
    /// An authority that would be refused in a request.
    pub fn read_request(&self) -> Result<Box<SignInRequest>, json::Error> {
        let saved: SavedRequest = self.read_part()?;
        let trust = Trust { oidc: saved.oidc, known: saved.known_authorities, clouds: saved.cloud_discovery_metadata };
        let authority =
            |name: &str, text: &str| Authority::parse(text, name, &trust).map_err(|_| wrong(name, "an authority"));
        Ok(Box::new(SignInRequest {
            configured: authority("configuredAuthority", &saved.configured_authority)?,
            authority: authority("authority", &saved.authority)?.as_saved(saved.environment, !saved.instance),
            trust,
            client_id: saved.client_id,
            authority_metadata: saved.authority_metadata,
            scopes: saved.scopes,
            claims: saved.claims,
            extra_query: pairs("extraQueryParameters", saved.extra_query_parameters)?,
            correlation_id: saved.correlation_id,
            locale: saved.locale,
            timeout: saved.timeout.map(at_least_one),
            request_timeout: Millis(saved.request_timeout.max(1)),
            application: Application { name: saved.app_name, version: saved.app_version },
            keep_verification_uri: saved.keep_verification_uri,
        }))
    }

    /// The code and its polling.
    ///
    /// # Errors
    /// No device code, an unsafe address, and as [`Self::read_endpoints`] and [`Self::read_request`].
    pub fn read_session(&self) -> Result<Box<Session>, json::Error> {
        let saved: SavedSession = self.read_part()?;
        if saved.device_code.is_empty() {
            return Err(wrong("deviceCode", "a device code"));
        }
        Ok(Box::new(Session {
            request: self.read_request()?,
            endpoints: self.read_endpoints()?,
            device_code: Secret::new(saved.device_code),
            prompt: Prompt {
                user_code: printable(&saved.user_code),
                verification_uri: secure("verificationUri", saved.verification_uri)?,
                verification_uri_complete: saved.verification_uri_complete.filter(|uri| address::is_secure(uri)),
                message: printable(&saved.message),
                expires: UnixMillis(saved.expires),
            },
            expires_in: at_least_one(saved.expires_in),
            patience: saved.patience.map(UnixMillis),
            pace: Pace {
                interval: at_least_one(saved.interval),
                misses: u8::try_from(saved.misses).unwrap_or(u8::MAX),
            },
            polls: u32::try_from(saved.polls).unwrap_or(u32::MAX),
            revision: u32::try_from(saved.revision).unwrap_or(u32::MAX),
            code_unknown: saved.code_unknown,
            answer_lost: saved.answer_lost,
            trouble: saved.trouble.map(Trouble::printable),
        }))
    }
}

fn secure(name: &str, url: String) -> Result<String, json::Error> {
    if address::is_secure(&url) { Ok(url) } else { Err(wrong(name, "an https address")) }
}

/// As on the wire: with an interval of zero, polls that fail at once would follow each other at once.
fn at_least_one(seconds: u64) -> Seconds {
    Seconds::clamped(seconds.max(1))
}

/// The members of an object of strings, in their order.
fn pairs(name: &str, value: Option<Value>) -> Result<Vec<(String, String)>, json::Error> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let Value::Object(members) = value else { return Err(wrong(name, "an object of strings")) };
    let pair = |(key, value): (String, Value)| match value {
        Value::String(text) => Ok((key, text)),
        _ => Err(wrong(name, "an object of strings")),
    };
    members.into_iter().map(pair).collect()
}
