//! A flow as a text, and back: version 1.
//!
//! One JSON object with absolute times, written by hand so that its shape is a decision and not an accident of a
//! derive. It holds the device code: it is a credential. `check` is the FNV-1a hash of everything before it: it tells
//! a damaged or edited text from one of ours; it is no signature, and whoever can write the text can also sign in.

use core::cell::Cell;

use crate::failure::{Code, Failure};
use crate::flow::FlowState;
use crate::flow::discovering::Discovering;
use crate::flow::effort::Effort;
use crate::flow::pace::Pace;
use crate::flow::polling::Polling;
use crate::flow::request::{SignInRequest, configured_authority};
use crate::flow::requesting::Requesting;
use crate::flow::session::{Prompt, Session};
use crate::flow::waiting::Waiting;
use crate::provider::authority::{Authority, Endpoints};
use crate::time::{Millis, Seconds, UnixMillis};
use crate::wire::address;
use crate::wire::json::{Json, member};
use crate::wire::metadata::WellKnown;
use crate::wire::secret::Secret;

/// The version that this release writes.
const VERSION: u64 = 1;
/// What tells our texts from others.
const KIND: &str = "device-code-flow";
/// Comes before the hash, last in the text.
const CHECK: &str = ",\"check\":\"";

/// Writes a state. An ended flow has nothing to resume: `None`.
#[must_use]
pub fn write(state: &FlowState) -> Option<String> {
    let mut members = vec![member("kind", KIND), member("version", VERSION)];
    match state {
        FlowState::Discovering(state) => {
            members.push(member("state", "discovering"));
            members.push(member("openid", Json::Bool(state.document == WellKnown::OpenId)));
            members.push(member("lacks", state.lacks.as_deref()));
            write_effort(&state.effort, &mut members);
            write_request(&state.request, &mut members);
        }
        FlowState::Requesting(state) => {
            members.push(member("state", "requesting"));
            write_effort(&state.effort, &mut members);
            write_endpoints(&state.endpoints, &mut members);
            write_request(&state.request, &mut members);
        }
        FlowState::Waiting(state) => {
            members.push(member("state", "waiting"));
            members.push(member("answered", state.answered.0));
            members.push(member("due", state.due.0));
            write_session(&state.session, &mut members);
        }
        FlowState::Polling(state) => {
            members.push(member("state", "polling"));
            members.push(member("sent", state.sent.0));
            write_session(&state.session, &mut members);
        }
        FlowState::Ended => return None,
    }
    let mut text = Json::Object(members).write();
    text.pop();
    let check = check(&text);
    Some([&text, CHECK, &check, "\"}"].concat())
}

/// Reads a text that [`write()`] wrote.
///
/// # Errors
/// [`Code::SavedFlowVersion`] for a newer release's text, [`Code::SavedFlowInvalid`] for everything else.
pub fn read(text: &str) -> Result<FlowState, Failure> {
    // Editors and shells add a line break.
    let text = text.trim();
    let invalid = |what: &str| Code::SavedFlowInvalid.because(["The saved flow ", what, "."].concat());
    let json = Json::parse(text).ok_or_else(|| invalid("is not JSON, or was cut short"))?;
    if json.text("kind") != Some(KIND) {
        return Err(invalid("was not written by device-code-flow"));
    }
    match json.integer("version").map(i64::unsigned_abs) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(
                Code::SavedFlowVersion.because("The saved flow was written by a newer release of device-code-flow.")
            );
        }
        _ => return Err(invalid("has no version")),
    }
    if !is_intact(text) {
        return Err(invalid("was changed after it was saved"));
    }
    read_state(&json).ok_or_else(|| invalid("lacks a field"))
}

/// The hash at the end is that of what stands before it.
fn is_intact(text: &str) -> bool {
    let split = text.len().checked_sub(CHECK.len() + 16 + 2).and_then(|at| text.split_at_checked(at));
    split.is_some_and(|(body, end)| end == [CHECK, &check(body), "\"}"].concat())
}

/// Reads a text for the application that resumes it: the client that started it, configured for the same authority.
///
/// # Errors
/// As [`read`], and [`Code::SavedFlowMismatch`] for another application's flow.
pub fn resume(text: &str, client_id: &str, authority: Option<&str>) -> Result<FlowState, Failure> {
    let state = read(text)?;
    let Some(Session { request, .. }) = state.session() else {
        return Err(Code::SavedFlowInvalid.because("The saved flow has no code yet."));
    };
    if request.client_id != client_id {
        return Err(Code::SavedFlowMismatch.because("The saved flow was started by another client id."));
    }
    if request.configured != configured_authority(authority, request.oidc)? {
        return Err(Code::SavedFlowMismatch.because("The saved flow was started under another auth.authority."));
    }
    Ok(state)
}

fn read_state(json: &Json) -> Option<FlowState> {
    let fields = Fields { json, missing: Cell::new(false) };
    let state = match fields.text("state").as_str() {
        "discovering" => FlowState::Discovering(Discovering {
            document: if fields.flag("openid") { WellKnown::OpenId } else { WellKnown::OAuth },
            lacks: fields.optional_text("lacks"),
            effort: read_effort(&fields),
            request: read_request(&fields)?,
        }),
        "requesting" => FlowState::Requesting(Requesting {
            effort: read_effort(&fields),
            endpoints: read_endpoints(&fields),
            request: read_request(&fields)?,
        }),
        "waiting" => FlowState::Waiting(Waiting {
            answered: fields.moment("answered"),
            due: fields.moment("due"),
            session: read_session(&fields)?,
        }),
        "polling" => FlowState::Polling(Polling { sent: fields.moment("sent"), session: read_session(&fields)? }),
        _ => return None,
    };
    (!fields.missing.get()).then_some(state)
}

fn write_request(request: &SignInRequest, members: &mut Vec<(String, Json)>) {
    let SignInRequest {
        client_id,
        configured,
        authority,
        oidc,
        authority_metadata,
        scopes,
        claims,
        extra_query,
        correlation_id,
        locale,
        timeout,
        request_timeout,
    } = request;
    let pairs = extra_query.iter().map(|(name, value)| member(name, value.as_str())).collect();
    members.extend([
        member("clientId", client_id.as_str()),
        member("configuredAuthority", configured.canonical().as_str()),
        member("authority", authority.canonical().as_str()),
        member("oidc", Json::Bool(*oidc)),
        member("authorityMetadata", authority_metadata.as_deref()),
        member("scopes", scopes.as_slice()),
        member("claims", claims.as_deref()),
        member("extraQueryParameters", Json::Object(pairs)),
        member("correlationId", correlation_id.as_str()),
        member("locale", locale.as_deref()),
        member("timeout", timeout.map(|seconds| seconds.0)),
        member("requestTimeout", request_timeout.0),
    ]);
}

fn read_request(fields: &Fields) -> Option<Box<SignInRequest>> {
    let Some(Json::List(scopes)) = fields.json.get("scopes") else { return None };
    let Some(Json::Object(pairs)) = fields.json.get("extraQueryParameters") else { return None };
    Some(Box::new(SignInRequest {
        configured: fields.authority("configuredAuthority")?,
        authority: fields.authority("authority")?,
        oidc: fields.flag("oidc"),
        client_id: fields.text("clientId"),
        authority_metadata: fields.optional_text("authorityMetadata"),
        scopes: scopes.iter().filter_map(Json::as_text).map(Into::into).collect(),
        claims: fields.optional_text("claims"),
        extra_query: pairs.iter().filter_map(|(name, value)| Some((name.clone(), value.as_text()?.into()))).collect(),
        correlation_id: fields.text("correlationId"),
        locale: fields.optional_text("locale"),
        timeout: fields.optional_number("timeout").map(seconds),
        request_timeout: Millis(fields.number("requestTimeout")),
    }))
}

fn write_session(session: &Session, members: &mut Vec<(String, Json)>) {
    let Session {
        request,
        endpoints,
        device_code,
        prompt: Prompt { user_code, verification_uri, verification_uri_complete, message, expires },
        expires_in,
        patience,
        pace: Pace { interval, misses },
        polls,
        unrecognised,
        trouble,
    } = session;
    members.extend([
        member("deviceCode", device_code.expose()),
        member("userCode", user_code.as_str()),
        member("verificationUri", verification_uri.as_str()),
        member("verificationUriComplete", verification_uri_complete.as_deref()),
        member("message", message.as_str()),
        member("expires", expires.0),
        member("expiresIn", expires_in.0),
        member("patience", patience.map(|moment| moment.0)),
        member("interval", interval.0),
        member("misses", u32::from(*misses)),
        member("polls", *polls),
        member("unrecognised", Json::Bool(*unrecognised)),
        member("trouble", trouble.as_deref()),
    ]);
    write_endpoints(endpoints, members);
    write_request(request, members);
}

fn read_session(fields: &Fields) -> Option<Box<Session>> {
    Some(Box::new(Session {
        request: read_request(fields)?,
        endpoints: read_endpoints(fields),
        device_code: Secret::new(fields.required(fields.optional_text("deviceCode").filter(|code| !code.is_empty()))),
        prompt: Prompt {
            user_code: fields.text("userCode"),
            verification_uri: fields.address("verificationUri"),
            verification_uri_complete: fields
                .optional_text("verificationUriComplete")
                .filter(|it| address::is_secure(it)),
            message: fields.text("message"),
            expires: fields.moment("expires"),
        },
        expires_in: seconds(fields.number("expiresIn")),
        patience: fields.optional_number("patience").map(UnixMillis),
        pace: Pace {
            interval: seconds(fields.number("interval")),
            misses: u8::try_from(fields.number("misses")).unwrap_or(u8::MAX),
        },
        polls: seconds(fields.number("polls")).0,
        unrecognised: fields.flag("unrecognised"),
        trouble: fields.optional_text("trouble"),
    }))
}

fn write_endpoints(endpoints: &Endpoints, members: &mut Vec<(String, Json)>) {
    members.push(member("deviceAuthorizationEndpoint", endpoints.device_authorization.as_str()));
    members.push(member("tokenEndpoint", endpoints.token.as_str()));
}

fn read_endpoints(fields: &Fields) -> Endpoints {
    Endpoints {
        device_authorization: fields.address("deviceAuthorizationEndpoint"),
        token: fields.address("tokenEndpoint"),
    }
}

fn write_effort(effort: &Effort, members: &mut Vec<(String, Json)>) {
    members.push(member("attempts", u32::from(effort.attempts)));
    members.push(member("due", effort.due.0));
}

fn read_effort(fields: &Fields) -> Effort {
    Effort { attempts: u8::try_from(fields.number("attempts")).unwrap_or(u8::MAX), due: fields.moment("due") }
}

/// Reads fields and remembers whether one was missing, so that a reader is one expression and the check one line.
struct Fields<'a> {
    json: &'a Json,
    missing: Cell<bool>,
}

impl Fields<'_> {
    fn optional_text(&self, name: &str) -> Option<String> {
        self.json.text(name).map(Into::into)
    }

    fn text(&self, name: &str) -> String {
        self.required(self.optional_text(name))
    }

    fn optional_number(&self, name: &str) -> Option<u64> {
        match self.json.get(name)? {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> u64 {
        self.required(self.optional_number(name))
    }

    fn moment(&self, name: &str) -> UnixMillis {
        UnixMillis(self.number(name))
    }

    fn authority(&self, name: &str) -> Option<Authority> {
        Authority::parse(&self.text(name), name, self.flag("oidc")).ok()
    }

    /// An address that was judged when it was saved, and is again: whoever can write the text chose it.
    fn address(&self, name: &str) -> String {
        self.required(self.optional_text(name).filter(|text| address::is_secure(text)))
    }

    fn flag(&self, name: &str) -> bool {
        self.required(match self.json.get(name) {
            Some(Json::Bool(flag)) => Some(*flag),
            _ => None,
        })
    }

    fn required<T: Default>(&self, value: Option<T>) -> T {
        value.unwrap_or_else(|| {
            self.missing.set(true);
            T::default()
        })
    }
}

fn seconds(number: u64) -> Seconds {
    Seconds(u32::try_from(number).unwrap_or(u32::MAX))
}

/// FNV-1a, 64 bits, as hexadecimal.
fn check(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (0..16).rev().filter_map(|nibble| char::from_digit((hash >> (nibble * 4) & 15) as u32, 16)).collect()
}
