//! A flow as a text, and back: version 1.
//!
//! One JSON object with absolute times, written by hand so that its shape is a decision and not an accident of a
//! derive. It holds the device code: it is a credential. `check` is the FNV-1a hash of everything before it: it tells
//! a damaged or edited text from one of ours; it is no signature, and whoever can write the text can also sign in.

use crate::failure::{Code, Failure};
use crate::flow::FlowState;
use crate::flow::discovering::Discovering;
use crate::flow::effort::Effort;
use crate::flow::pace::Pace;
use crate::flow::polling::Polling;
use crate::flow::request::SignInRequest;
use crate::flow::requesting::Requesting;
use crate::flow::session::{Prompt, Session};
use crate::flow::waiting::Waiting;
use crate::provider::authority::{Authority, Endpoints};
use crate::time::{Millis, Seconds, UnixMillis};
use crate::wire::json::Json;
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
    let invalid = |what: &str| Code::SavedFlowInvalid.because(["The saved flow ", what, "."].concat());
    let json = Json::parse(text).ok_or_else(|| invalid("is not JSON, or was cut short"))?;
    if json.text("kind") != Some(KIND) {
        return Err(invalid("was not written by device-code-flow"));
    }
    match number(&json, "version") {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(
                Code::SavedFlowVersion.because("The saved flow was written by a newer release of device-code-flow.")
            );
        }
        _ => return Err(invalid("has no version")),
    }
    let intact = text.rsplit_once(CHECK).is_some_and(|(body, end)| end == [&check(body), "\"}"].concat());
    if !intact {
        return Err(invalid("was changed after it was saved"));
    }
    read_state(&json).ok_or_else(|| invalid("lacks a field"))
}

fn read_state(json: &Json) -> Option<FlowState> {
    Some(match json.text("state")? {
        "discovering" => FlowState::Discovering(Discovering {
            document: if json.get("openid")? == &Json::Bool(true) { WellKnown::OpenId } else { WellKnown::OAuth },
            effort: read_effort(json)?,
            request: read_request(json)?,
        }),
        "requesting" => FlowState::Requesting(Requesting {
            effort: read_effort(json)?,
            endpoints: read_endpoints(json)?,
            request: read_request(json)?,
        }),
        "waiting" => FlowState::Waiting(Waiting {
            answered: UnixMillis(number(json, "answered")?),
            due: UnixMillis(number(json, "due")?),
            session: read_session(json)?,
        }),
        "polling" => {
            FlowState::Polling(Polling { sent: UnixMillis(number(json, "sent")?), session: read_session(json)? })
        }
        _ => return None,
    })
}

fn write_request(request: &SignInRequest, members: &mut Vec<(String, Json)>) {
    let SignInRequest {
        client_id,
        authority,
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
        member("authority", authority.canonical().as_str()),
        member("oidc", Json::Bool(!authority.is_entra())),
        member("authorityMetadata", authority_metadata.as_deref()),
        member("scopes", Json::List(scopes.iter().map(|scope| scope.as_str().into()).collect())),
        member("claims", claims.as_deref()),
        member("extraQueryParameters", Json::Object(pairs)),
        member("correlationId", correlation_id.as_str()),
        member("locale", locale.as_deref()),
        member("timeout", timeout.map(|seconds| u64::from(seconds.0))),
        member("requestTimeout", request_timeout.0),
    ]);
}

fn read_request(json: &Json) -> Option<SignInRequest> {
    let Json::List(scopes) = json.get("scopes")? else { return None };
    let Json::Object(pairs) = json.get("extraQueryParameters")? else { return None };
    Some(SignInRequest {
        client_id: owned(json, "clientId")?,
        authority: Authority::parse(json.text("authority")?, json.get("oidc")? == &Json::Bool(true)).ok()?,
        authority_metadata: owned(json, "authorityMetadata"),
        scopes: scopes.iter().map(|scope| scope.as_text().map(Into::into)).collect::<Option<_>>()?,
        claims: owned(json, "claims"),
        extra_query: pairs
            .iter()
            .map(|(name, value)| Some((name.clone(), value.as_text()?.into())))
            .collect::<Option<_>>()?,
        correlation_id: owned(json, "correlationId")?,
        locale: owned(json, "locale"),
        timeout: seconds(json, "timeout"),
        request_timeout: Millis(number(json, "requestTimeout")?),
    })
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
        member("expiresIn", u64::from(expires_in.0)),
        member("patience", patience.map(|moment| moment.0)),
        member("interval", u64::from(interval.0)),
        member("misses", u64::from(*misses)),
        member("polls", u64::from(*polls)),
        member("unrecognised", Json::Bool(*unrecognised)),
        member("trouble", trouble.as_deref()),
    ]);
    write_endpoints(endpoints, members);
    write_request(request, members);
}

fn read_session(json: &Json) -> Option<Session> {
    Some(Session {
        request: read_request(json)?,
        endpoints: read_endpoints(json)?,
        device_code: Secret::new(json.text("deviceCode")?),
        prompt: Prompt {
            user_code: owned(json, "userCode")?,
            verification_uri: owned(json, "verificationUri")?,
            verification_uri_complete: owned(json, "verificationUriComplete"),
            message: owned(json, "message")?,
            expires: UnixMillis(number(json, "expires")?),
        },
        expires_in: seconds(json, "expiresIn")?,
        patience: number(json, "patience").map(UnixMillis),
        pace: Pace { interval: seconds(json, "interval")?, misses: u8::try_from(number(json, "misses")?).ok()? },
        polls: u32::try_from(number(json, "polls")?).ok()?,
        unrecognised: json.get("unrecognised")? == &Json::Bool(true),
        trouble: owned(json, "trouble"),
    })
}

fn write_endpoints(endpoints: &Endpoints, members: &mut Vec<(String, Json)>) {
    members.push(member("deviceAuthorizationEndpoint", endpoints.device_authorization.as_str()));
    members.push(member("tokenEndpoint", endpoints.token.as_str()));
}

fn read_endpoints(json: &Json) -> Option<Endpoints> {
    Some(Endpoints {
        device_authorization: owned(json, "deviceAuthorizationEndpoint")?,
        token: owned(json, "tokenEndpoint")?,
    })
}

fn write_effort(effort: &Effort, members: &mut Vec<(String, Json)>) {
    members.push(member("attempts", u64::from(effort.attempts)));
    members.push(member("due", effort.due.0));
}

fn read_effort(json: &Json) -> Option<Effort> {
    Some(Effort { attempts: u8::try_from(number(json, "attempts")?).ok()?, due: UnixMillis(number(json, "due")?) })
}

fn member(name: &str, value: impl Into<Json>) -> (String, Json) {
    (name.into(), value.into())
}

fn owned(json: &Json, name: &str) -> Option<String> {
    json.text(name).map(Into::into)
}

fn number(json: &Json, name: &str) -> Option<u64> {
    match json.get(name)? {
        Json::Number(text) => text.parse().ok(),
        _ => None,
    }
}

fn seconds(json: &Json, name: &str) -> Option<Seconds> {
    u32::try_from(number(json, name)?).ok().map(Seconds)
}

/// FNV-1a, 64 bits, as hexadecimal.
fn check(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (0..16).rev().filter_map(|nibble| char::from_digit((hash >> (nibble * 4) & 15) as u32, 16)).collect()
}
