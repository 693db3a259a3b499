//! What JavaScript gets to see: plain objects in camelCase, times in milliseconds. The facade turns them into the classes
//! and dates of the public contract.
//!
//! Every view is a [`Json`] value, and one [`Serialize`] impl carries them all over. Deriving it for each view costs three
//! times as much; and reading through serde costs 17 KB, most of it the printing of floating-point numbers for error texts,
//! so requests come in as text (docs/adr/0002).

use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::JsValue;

use crate::cache::account::{Account, TenantProfile};
use crate::cache::accounts::CachedAccount;
use crate::failure::Failure;
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::silent::Found;
use crate::time::UnixMillis;
use crate::wire::json::{Json, Members};
use crate::wire::text::number;

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
            Json::Number(text) => serializer.serialize_f64(number(text).unwrap_or_default() as f64),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items.iter().map(View)),
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                // A member that is not there is `undefined` in JavaScript, not `null`.
                for (name, value) in members.iter().filter(|(_, value)| !matches!(value, Json::Null)) {
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
    let mut view = Members::default();
    view.text("userCode", &prompt.user_code);
    view.text("deviceCode", session.device_code.expose());
    view.text("verificationUri", &prompt.verification_uri);
    view.optional_text("verificationUriComplete", prompt.verification_uri_complete.as_ref());
    view.text("message", &prompt.message);
    view.number("expiresIn", session.expires_in.0);
    view.number("interval", session.pace.interval.0);
    view.number("expiresOn", js_time(prompt.expires));
    view.number("deadline", js_time(session.deadline()));
    view.text("correlationId", &session.request.correlation_id);
    view.object()
}

/// Tokens for a person. The claims are a JSON text: the host has a parser. `profiles` is what the person is called in each
/// tenant, where the cache was asked.
pub fn sign_in(sign_in: &SignIn, profiles: &[TenantProfile]) -> Json {
    members(sign_in, profiles).object()
}

/// A token from the cache.
pub fn found(found: &Found) -> Json {
    let mut view = members(&found.sign_in, &found.profiles);
    view.flag("isDue", found.is_due);
    view.object()
}

fn members(sign_in: &SignIn, profiles: &[TenantProfile]) -> Members {
    let SignIn { authority, tokens, scopes, id_token, account, correlation_id, request_id, .. } = sign_in;
    let claim = |names: &[&str]| id_token.as_ref().map_or(String::new(), |id_token| id_token.first(names).into());
    let mut view = Members::default();
    view.text("authority", authority);
    view.text("uniqueId", &claim(&["oid", "sub"]));
    view.text("tenantId", &claim(&["tid"]));
    view.texts("scopes", scopes);
    if let Some(account) = account {
        view.json("account", account_info(account, profiles));
    }
    view.text("idToken", tokens.id_token.as_ref().map_or("", |token| token.expose()));
    view.text("idTokenClaims", &id_token.as_ref().map_or(String::new(), |id_token| id_token.claims.write()));
    view.text("accessToken", tokens.access_token.expose());
    view.text("tokenType", &tokens.token_type);
    view.optional_number("expiresOn", sign_in.expires_on.map(js_time));
    view.optional_number("extExpiresOn", sign_in.ext_expires_on.map(js_time));
    view.optional_number("refreshOn", sign_in.refresh_on.map(js_time));
    view.text("correlationId", correlation_id);
    view.optional_text("requestId", request_id.as_ref());
    view.optional_text("familyId", tokens.family_id.as_ref());
    view.flag("fromCache", sign_in.from_cache);
    view
}

/// The people in a cache.
pub fn accounts(accounts: &[CachedAccount]) -> Json {
    Json::List(accounts.iter().map(cached_account).collect())
}

/// What a person is called in each tenant.
pub fn tenant_profiles(profiles: &[TenantProfile]) -> Json {
    Json::List(profiles.iter().map(|profile| profile.json().clone()).collect())
}

fn cached_account(cached: &CachedAccount) -> Json {
    let mut view = account_members(&cached.account);
    view.json("profiles", tenant_profiles(&cached.profiles));
    if let Some((secret, decoded)) = &cached.id_token {
        view.flag("kmsi", cached.account.kmsi);
        view.text("idToken", secret.expose());
        view.text("idTokenClaims", &decoded.claims.write());
    }
    view.object()
}

fn account_info(account: &Account, profiles: &[TenantProfile]) -> Json {
    let mut view = account_members(account);
    if !profiles.is_empty() {
        view.json("profiles", tenant_profiles(profiles));
    }
    view.flag("kmsi", account.kmsi);
    view.object()
}

fn account_members(account: &Account) -> Members {
    let mut view = Members::default();
    view.text("homeAccountId", &account.home_account_id);
    view.text("environment", &account.environment);
    view.text("authorityType", &account.authority_type);
    view.json("dataBoundary", account.data_boundary.map_or(Json::Null, Json::from));
    view.json("profile", account.profile.json().clone());
    view
}

/// Something that went wrong. `class` is the name of the JavaScript class.
pub fn failure(failure: &Failure) -> Json {
    let evidence = &failure.evidence;
    let mut view = Members::default();
    view.text("code", &failure.code);
    view.text("class", failure.class.name());
    view.text("message", &failure.message);
    view.text("hint", failure.hint);
    view.flag("retryable", failure.retryable);
    view.text("fault", failure.fault.name());
    view.optional_number("status", evidence.status.map(u64::from));
    view.text("error", &evidence.error);
    view.text("errorDescription", &evidence.description);
    view.text("errorUri", &evidence.error_uri);
    view.text("subError", &evidence.suberror);
    view.json("errorCodes", Json::List(evidence.error_codes.iter().map(|code| Json::number(*code)).collect()));
    view.text("correlationId", &evidence.correlation_id);
    view.text("traceId", &evidence.trace_id);
    view.text("timestamp", &evidence.timestamp);
    view.text("claims", &evidence.claims);
    view.text("classification", evidence.classification());
    view.object()
}

/// A flow that is not over.
pub fn pending(due: UnixMillis) -> Json {
    let mut view = Members::default();
    view.number("nextPollOn", js_time(due));
    view.object()
}

/// A moment that a JavaScript `Date` can hold: the latest is 8.64e15.
fn js_time(moment: UnixMillis) -> u64 {
    moment.0.min(8_640_000_000_000_000)
}
