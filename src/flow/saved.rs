//! A flow as a text, and back: version 3; versions 1 and 2 are read as well.
//!
//! One JSON object with absolute times, written by hand so that its shape is a decision and not an accident of a
//! derive. It holds the device code: it is a credential. `check` is the FNV-1a hash of everything before it: it tells
//! a damaged or edited text from one of ours; it is no signature, and whoever can write the text can also sign in.

use crate::config::request::{Application, SignInRequest};
use crate::config::validate;
use crate::entra::authority::Authority;
use crate::entra::endpoints::Endpoints;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::flow::FlowState;
use crate::flow::discovering::{Discovering, Document};
use crate::flow::pace::Pace;
use crate::flow::polling::Polling;
use crate::flow::renewal::Purpose;
use crate::flow::requesting::Requesting;
use crate::flow::retry::Retry;
use crate::flow::session::{Prompt, Session};
use crate::flow::waiting::Waiting;
use crate::hash;
use crate::json::fields::Fields;
use crate::json::{Members, Value};
use crate::oauth::{address, lenient};
use crate::secret::Secret;
use crate::text::printable;
use crate::time::{Millis, Seconds, UnixMillis};

/// The version that this release writes.
const VERSION: u64 = 3;
/// What tells our texts from others.
const KIND: &str = "device-code-flow";
/// Comes before the hash, last in the text.
const CHECK: &str = ",\"check\":\"";

/// Writes a state. A flow that is over, or that asks for no code, has nothing to resume: `None`.
#[must_use]
pub fn write(state: &FlowState) -> Option<String> {
    let mut members = Members::default();
    members.text("kind", KIND);
    members.number("version", VERSION);
    match state {
        FlowState::Discovering(state) if state.purpose == Purpose::DeviceCode => {
            members.text("state", "discovering");
            members.flag("openid", state.document == Document::OpenId);
            members.flag("instance", state.document == Document::Instance);
            members.optional_text("lacks", state.lacks.as_ref());
            write_effort(&state.effort, &mut members);
            write_request(&state.request, &mut members);
        }
        FlowState::Requesting(state) => {
            members.text("state", "requesting");
            write_effort(&state.effort, &mut members);
            write_endpoints(&state.endpoints, &mut members);
            write_request(&state.request, &mut members);
        }
        FlowState::Waiting(state) => {
            members.text("state", "waiting");
            members.number("answered", state.answered.0);
            members.number("due", state.due.0);
            write_session(&state.session, &mut members);
        }
        FlowState::Polling(state) => {
            members.text("state", "polling");
            members.number("sent", state.sent.0);
            write_session(&state.session, &mut members);
        }
        // A refresh begins with the cache.
        _ => return None,
    }
    let mut text = members.object().to_json();
    text.pop();
    let end = end(&text);
    Some(text + &end)
}

/// Reads a text that [`write()`] wrote.
///
/// # Errors
/// [`Code::SavedFlowVersion`] for a newer release's text, [`Code::SavedFlowInvalid`] for everything else.
pub fn read(text: &str) -> Result<FlowState, Error> {
    // Editors and shells add a line break, and some of them a mark before it all.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_ascii();
    let json = Value::parse(text).unwrap_or(Value::Null);
    let version = json.get("version").and_then(lenient::whole_number).unwrap_or_default();
    let wrong = if matches!(json, Value::Null) {
        "is not JSON, or was cut short"
    } else if json.get_str("kind") != Some(KIND) {
        "was not written by device-code-flow"
    } else if version > VERSION {
        return Err(Code::SavedFlowVersion.because(&["The saved flow was written by a newer release."]));
    } else if version == 0 {
        "has no version"
    } else if !is_intact(text) {
        "was changed after it was saved"
    } else if let Some(state) = read_state(&json) {
        return Ok(state);
    } else {
        "lacks a field"
    };
    Err(Code::SavedFlowInvalid.because(&["The saved flow #.", wrong]))
}

/// What comes last in the text, after `body`: its hash.
fn end(body: &str) -> String {
    [CHECK, &check(body), "\"}"].concat()
}

fn is_intact(text: &str) -> bool {
    let split = text.len().checked_sub(CHECK.len() + 16 + 2).and_then(|at| text.split_at_checked(at));
    split.is_some_and(|(body, last)| last == end(body))
}

/// Reads a text for the application that resumes it: the client that started it, configured for the same authority.
/// `configuration` is the JSON text that a request of this application would be part of.
///
/// # Errors
/// As [`read`], and [`Code::SavedFlowMismatch`] for another application's flow.
pub fn resume(text: &str, configuration: &str) -> Result<FlowState, Error> {
    let state = read(text)?;
    let Some(Session { request, .. }) = state.session() else {
        return Err(Code::SavedFlowInvalid.because(&["The saved flow has no code yet."]));
    };
    let (client_id, authority) = validate::identity(configuration)?;
    if request.client_id != client_id {
        return Err(Code::SavedFlowMismatch.because(&["The saved flow was started by another client id."]));
    }
    if request.configured.canonical() != authority.canonical() {
        return Err(Code::SavedFlowMismatch.because(&["The saved flow was started under another auth.authority."]));
    }
    Ok(state)
}

/// What a flow is known by, in a store that must not know its device code. Nothing before there is a code.
#[must_use]
pub fn mark(state: &FlowState) -> Option<String> {
    state.session().map(|session| check(session.device_code.expose()))
}

fn read_state(json: &Value) -> Option<FlowState> {
    let fields = Fields::new(json);
    let state = match json.get_str("state")? {
        "discovering" => FlowState::Discovering(Box::new(Discovering {
            document: match (fields.flag("openid"), fields.optional_flag("instance")) {
                (true, _) => Document::OpenId,
                (false, true) => Document::Instance,
                (false, false) => Document::OAuth,
            },
            lacks: fields.optional_text("lacks").map(|lacks| printable(&lacks)),
            effort: read_effort(&fields),
            request: read_request(&fields),
            purpose: Purpose::DeviceCode,
        })),
        "requesting" => FlowState::Requesting(Box::new(Requesting {
            effort: read_effort(&fields),
            endpoints: read_endpoints(&fields),
            request: read_request(&fields),
        })),
        "waiting" => FlowState::Waiting(Waiting {
            answered: read_moment(&fields, "answered"),
            due: read_moment(&fields, "due"),
            session: read_session(&fields),
        }),
        "polling" => FlowState::Polling(Polling { sent: read_moment(&fields, "sent"), session: read_session(&fields) }),
        _ => return None,
    };
    fields.all_right().ok()?;
    Some(state)
}

fn write_request(request: &SignInRequest, members: &mut Members) {
    let SignInRequest {
        client_id,
        configured,
        authority,
        trust: Trust { oidc, known, clouds },
        authority_metadata,
        scopes,
        claims,
        extra_query,
        correlation_id,
        locale,
        timeout,
        request_timeout,
        application: Application { name, version },
        keep_verification_uri,
    } = request;
    members.text("clientId", client_id);
    members.text("configuredAuthority", configured.canonical());
    members.text("authority", authority.canonical());
    members.text("environment", authority.environment());
    members.flag("oidc", *oidc);
    members.texts("knownAuthorities", known);
    members.optional_text("cloudDiscoveryMetadata", clouds.as_ref());
    members.optional_text("authorityMetadata", authority_metadata.as_ref());
    members.texts("scopes", scopes);
    members.optional_text("claims", claims.as_ref());
    let mut pairs = Members::default();
    for (name, value) in extra_query {
        pairs.text(name, value);
    }
    members.json("extraQueryParameters", pairs.object());
    members.text("correlationId", correlation_id);
    members.optional_text("locale", locale.as_ref());
    members.optional_number("timeout", timeout.map(|seconds| seconds.0.into()));
    members.number("requestTimeout", request_timeout.0);
    members.optional_text("appName", name.as_ref());
    members.optional_text("appVersion", version.as_ref());
    members.flag("keepVerificationUri", *keep_verification_uri);
}

fn read_request(fields: &Fields) -> Box<SignInRequest> {
    let trust = Trust {
        oidc: fields.flag("oidc"),
        known: fields.texts("knownAuthorities"),
        clouds: fields.optional_text("cloudDiscoveryMetadata"),
    };
    let authority = |name| Authority::read(&fields.text(name), name, &trust, fields);
    Box::new(SignInRequest {
        configured: authority("configuredAuthority"),
        // Version 1 has no environment: it follows from the authority.
        authority: authority("authority")
            .as_saved(fields.optional_text("environment"), !fields.optional_flag("instance")),
        trust,
        client_id: fields.text("clientId"),
        authority_metadata: fields.optional_text("authorityMetadata"),
        scopes: fields.get("scopes").map(Value::strings).unwrap_or_default(),
        claims: fields.optional_text("claims"),
        extra_query: fields.pairs("extraQueryParameters"),
        correlation_id: fields.text("correlationId"),
        locale: fields.optional_text("locale"),
        timeout: fields.optional_number("timeout").map(|timeout| Seconds::clamped(timeout.max(1))),
        request_timeout: Millis(fields.number("requestTimeout").max(1)),
        application: Application { name: fields.optional_text("appName"), version: fields.optional_text("appVersion") },
        keep_verification_uri: fields.optional_flag("keepVerificationUri"),
    })
}

fn write_session(session: &Session, members: &mut Members) {
    let Session {
        request,
        endpoints,
        device_code,
        prompt: Prompt { user_code, verification_uri, verification_uri_complete, message, expires },
        expires_in,
        patience,
        pace: Pace { interval, misses },
        polls,
        revision,
        unrecognised,
        unheard,
        trouble,
    } = session;
    members.number("revision", *revision);
    members.text("deviceCode", device_code.expose());
    members.text("userCode", user_code);
    members.text("verificationUri", verification_uri);
    members.optional_text("verificationUriComplete", verification_uri_complete.as_ref());
    members.text("message", message);
    members.number("expires", expires.0);
    members.number("expiresIn", expires_in.0);
    members.optional_number("patience", patience.map(|moment| moment.0));
    members.number("interval", interval.0);
    members.number("misses", *misses);
    members.number("polls", *polls);
    members.flag("unrecognised", *unrecognised);
    members.flag("unheard", *unheard);
    members.optional_text("trouble", trouble.as_ref());
    write_endpoints(endpoints, members);
    write_request(request, members);
}

fn read_session(fields: &Fields) -> Box<Session> {
    let device_code = fields.text("deviceCode");
    if device_code.is_empty() {
        fields.must_be(&["deviceCode"], "a device code");
    }
    Box::new(Session {
        request: read_request(fields),
        endpoints: read_endpoints(fields),
        device_code: Secret::new(device_code),
        prompt: Prompt {
            user_code: printable(&fields.text("userCode")),
            verification_uri: read_address(fields, "verificationUri"),
            verification_uri_complete: fields
                .optional_text("verificationUriComplete")
                .filter(|it| address::is_secure(it)),
            message: printable(&fields.text("message")),
            expires: read_moment(fields, "expires"),
        },
        expires_in: read_seconds(fields, "expiresIn"),
        patience: fields.optional_number("patience").map(UnixMillis),
        pace: Pace { interval: read_seconds(fields, "interval"), misses: read_count(fields, "misses") },
        polls: Seconds::clamped(fields.number("polls")).0,
        // Versions 1 and 2 do not number their texts: any of version 3 is newer.
        revision: Seconds::clamped(fields.optional_number("revision").unwrap_or_default()).0,
        unrecognised: fields.flag("unrecognised"),
        // Nor do they say this: their lost answers are forgotten.
        unheard: fields.optional_flag("unheard"),
        trouble: fields.optional_text("trouble").map(|trouble| printable(&trouble)),
    })
}

fn write_endpoints(endpoints: &Endpoints, members: &mut Members) {
    members.text("deviceAuthorizationEndpoint", &endpoints.device_authorization);
    members.text("tokenEndpoint", &endpoints.token);
}

fn read_endpoints(fields: &Fields) -> Endpoints {
    Endpoints {
        device_authorization: read_address(fields, "deviceAuthorizationEndpoint"),
        token: read_address(fields, "tokenEndpoint"),
    }
}

fn write_effort(effort: &Retry, members: &mut Members) {
    members.number("attempts", effort.attempts);
    members.number("due", effort.due.0);
}

fn read_effort(fields: &Fields) -> Retry {
    Retry { attempts: read_count(fields, "attempts"), due: read_moment(fields, "due") }
}

fn read_moment(fields: &Fields, name: &str) -> UnixMillis {
    UnixMillis(fields.number(name))
}

/// An address that was judged when it was saved, and is again: whoever can write the text chose it.
fn read_address(fields: &Fields, name: &str) -> String {
    let address = fields.text(name);
    if !address::is_secure(&address) {
        fields.must_be(&[name], "an address");
    }
    address
}

/// At least one, as it is read off the wire: with an interval of none, polls that fail at once would come one upon the other.
fn read_seconds(fields: &Fields, name: &str) -> Seconds {
    Seconds::clamped(fields.number(name).max(1))
}

fn read_count(fields: &Fields, name: &str) -> u8 {
    u8::try_from(fields.number(name)).unwrap_or(u8::MAX)
}

/// The hash of a text, as it stands in saved flows and in marks.
fn check(text: &str) -> String {
    hash::hexadecimal(hash::fnv(hash::START, text))
}
