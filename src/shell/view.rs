//! What JavaScript gets to see: plain objects in camelCase, times in milliseconds. The facade turns them into the classes
//! and dates of the public contract.
//!
//! Every view is a [`Json`] value, and one [`Serialize`] impl carries them all over. Deriving it for each view costs three
//! times as much; and reading through serde costs 17 KB, most of it the printing of floating-point numbers for error texts,
//! so requests come in as text (docs/adr/0002).

use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::JsValue;

use crate::failure::{Class, Evidence, Failure};
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::time::UnixMillis;
use crate::wire::json::{Json, member};

/// A value as JavaScript sees it. It cannot fail: there is nothing in it but texts, numbers, lists and objects.
pub fn to_js(view: &Json) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    View(view).serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

/// A [`Json`] on its way out. Its own type, because the core knows nothing of serde.
struct View<'a>(&'a Json);

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(flag) => serializer.serialize_bool(*flag),
            // Whole numbers below 2^53, all of them. (`serialize_u64` brings the text of an error for larger ones.)
            #[expect(clippy::cast_precision_loss, reason = "js_time caps them")]
            Json::Number(number) => serializer.serialize_f64(number.parse::<u64>().unwrap_or_default() as f64),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items.iter().map(View)),
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                // A member that is not there is `undefined` in JavaScript, not `null`.
                for (name, value) in members.iter().filter(|(_, value)| *value != Json::Null) {
                    map.serialize_entry(name.as_str(), &View(value))?;
                }
                map.end()
            }
        }
    }
}

/// What the person must see, and what a callback gets.
pub fn prompt(session: &Session) -> Json {
    let prompt = &session.prompt;
    Json::Object(vec![
        member("userCode", prompt.user_code.as_str()),
        member("deviceCode", session.device_code.expose()),
        member("verificationUri", prompt.verification_uri.as_str()),
        member("verificationUriComplete", prompt.verification_uri_complete.as_deref()),
        member("message", prompt.message.as_str()),
        member("expiresIn", session.expires_in.0),
        member("interval", session.pace.interval.0),
        member("expiresOn", js_time(prompt.expires)),
        member("deadline", js_time(session.deadline())),
        member("correlationId", session.request.correlation_id.as_str()),
    ])
}

/// A sign-in that succeeded. The claims are a JSON text: the host has a parser.
pub fn sign_in(sign_in: &SignIn) -> Json {
    let SignIn { authority, tokens, scopes, id_token, account, correlation_id, request_id, .. } = sign_in;
    let claim = |name| id_token.as_ref().map(|it| it.text(name)).filter(|text| !text.is_empty());
    let account = account.as_ref().map(|account| {
        Json::Object(vec![
            member("homeAccountId", account.home_account_id.as_str()),
            member("environment", account.environment.as_str()),
            member("tenantId", account.tenant_id.as_str()),
            member("username", account.username.as_str()),
            member("localAccountId", account.local_account_id.as_str()),
            member("name", account.name.as_deref()),
            member("authorityType", account.authority_type),
        ])
    });
    Json::Object(vec![
        member("authority", authority.as_str()),
        member("uniqueId", claim("oid").or(claim("sub")).unwrap_or_default()),
        member("tenantId", claim("tid").unwrap_or_default()),
        member("scopes", scopes.as_slice()),
        member("account", account),
        member("idToken", tokens.id_token.as_ref().map_or("", |token| token.expose())),
        member("idTokenClaims", id_token.as_ref().map(|id_token| id_token.claims.write()).as_deref()),
        member("accessToken", tokens.access_token.expose()),
        member("tokenType", tokens.token_type.as_str()),
        member("expiresOn", sign_in.expires_on.map(js_time)),
        member("extExpiresOn", sign_in.ext_expires_on.map(js_time)),
        member("refreshOn", sign_in.refresh_on.map(js_time)),
        member("correlationId", correlation_id.as_str()),
        member("requestId", request_id.as_deref()),
        member("familyId", tokens.family_id.as_deref()),
    ])
}

/// Something that went wrong. `class` is the name of the JavaScript class.
pub fn failure(failure: &Failure) -> Json {
    let Evidence { status, error, description, error_uri, suberror, error_codes, .. } = &failure.evidence;
    let Evidence { correlation_id, trace_id, timestamp, claims, .. } = &failure.evidence;
    Json::Object(vec![
        member("code", failure.code.as_str()),
        member("class", class_name(failure.class)),
        member("message", failure.message.as_str()),
        member("hint", failure.hint),
        member("retryable", Json::Bool(failure.retryable)),
        member("status", *status),
        member("error", error.as_str()),
        member("errorDescription", description.as_str()),
        member("errorUri", error_uri.as_str()),
        member("subError", suberror.as_str()),
        member("errorCodes", Json::List(error_codes.iter().map(|code| (*code).into()).collect())),
        member("correlationId", correlation_id.as_str()),
        member("traceId", trace_id.as_str()),
        member("timestamp", timestamp.as_str()),
        member("claims", claims.as_str()),
        member("classification", failure.evidence.classification()),
    ])
}

/// A flow that is not over.
pub fn pending(due: UnixMillis) -> Json {
    Json::Object(vec![member("nextPollOn", js_time(due))])
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Auth => "AuthError",
        Class::Server => "ServerError",
        Class::InteractionRequired => "InteractionRequiredAuthError",
        Class::ClientAuth => "ClientAuthError",
        Class::ClientConfiguration => "ClientConfigurationError",
    }
}

/// A moment that a JavaScript `Date` can hold: the latest is 8.64e15.
fn js_time(moment: UnixMillis) -> u64 {
    moment.0.min(8_640_000_000_000_000)
}
