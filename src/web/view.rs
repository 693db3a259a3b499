//! What JavaScript gets to see: JSON texts of objects in camelCase, times in milliseconds. The facade turns them into the
//! classes and dates of the public contract. What is absent is left out, so that JavaScript sees `undefined`.

use std::rc::Rc;

use crate::cache::account::{Account, TenantProfile};
use crate::cache::accounts::CachedAccount;
use crate::error::Error;
use crate::flow::log::Line;
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::silent::Found;
use crate::json::{Members, Value};
use crate::oauth::http::HttpRequest;
use crate::time::UnixMillis;

/// Nothing to tell.
pub fn nothing() -> String {
    "{}".into()
}

/// `view` as a text, and with it the `log`: pairs of a level and a line. The level of a line with personal data is 5 more.
pub fn with_lines(mut view: Members, lines: &[Line]) -> String {
    if !lines.is_empty() {
        let mut log = Vec::new();
        for Line { level, contains_pii, text } in lines {
            let marked = *level as u8 + 5 * u8::from(*contains_pii);
            log.push(Value::Array(vec![Value::from(u64::from(marked)), text.as_str().into()]));
        }
        view.json("log", Value::Array(log));
    }
    view.write()
}

/// A request that is to be sent.
pub fn send(request: &HttpRequest) -> Members {
    let mut view = Members::default();
    view.text("url", &request.url);
    if let Some(form) = &request.form {
        view.text("form", form.expose());
    }
    view.number("timeout", request.timeout.0);
    view
}

/// A time that is to be waited for.
pub fn wait(until: UnixMillis, has_prompt: bool) -> Members {
    let mut view = Members::default();
    view.number("until", js_time(until));
    view.flag("hasPrompt", has_prompt);
    view
}

/// How a flow has ended.
pub fn ended(end: &Result<Option<Box<SignIn>>, Error>) -> Members {
    let mut view = Members::default();
    match end {
        Ok(Some(sign_in)) => view.json("signIn", members(sign_in, &[]).present()),
        Ok(None) => view.flag("isDone", true),
        Err(failure) => return failed(failure),
    }
    view
}

/// What is wrong.
pub fn failed(wrong: &Error) -> Members {
    let mut view = Members::default();
    view.json("failure", failure(wrong));
    view
}

/// What the person must see, and what a callback gets.
pub fn prompt(session: &Session) -> String {
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
    view.write()
}

/// A token from the cache, with `isDue` if it is to be renewed meanwhile.
pub fn found(found: &Found) -> Members {
    let mut token = members(&found.sign_in, &found.profiles);
    token.flag("isDue", found.is_due);
    let mut view = Members::default();
    view.json("found", token.present());
    view
}

/// Tokens for a person. The claims are a JSON text of their own: who never looks at them need not pay for reading them.
/// `profiles` is what the person is called in each tenant, where the cache was asked.
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
    view.text("idTokenClaims", &id_token.as_ref().map_or(String::new(), |id_token| id_token.claims.to_json()));
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

/// The people in a cache. What several accounts have in common is told with the first of them: a person may have an account in each of
/// a thousand tenants. Their profiles follow each other as the accounts do.
pub fn accounts(accounts: &[CachedAccount]) -> String {
    let mut text = String::from("[");
    let mut before: Option<&CachedAccount> = None;
    for cached in accounts {
        let mut view = Members::default();
        if before.is_none_or(|before| !Rc::ptr_eq(&before.home, &cached.home)) {
            view.json("home", home(&cached.home).present());
        }
        if cached.index == 0 {
            view.json("profiles", tenant_profiles(&cached.profiles));
        }
        if let Some((secret, decoded)) = &cached.id_token {
            view.flag("kmsi", cached.kmsi());
            view.text("idToken", secret.expose());
            view.text("idTokenClaims", &decoded.claims.to_json());
        }
        if before.is_some() {
            text.push(',');
        }
        text.push_str(&view.write());
        before = Some(cached);
    }
    text.push(']');
    text
}

/// What a person is called in each tenant.
pub fn tenant_profiles(profiles: &[TenantProfile]) -> Value {
    Value::Array(profiles.iter().map(TenantProfile::to_json).collect())
}

fn account_info(account: &Account, profiles: &[TenantProfile]) -> Value {
    let mut view = home(account);
    view.json("profile", account.profile.to_json());
    if !profiles.is_empty() {
        view.json("profiles", tenant_profiles(profiles));
    }
    view.flag("kmsi", account.kmsi);
    view.present()
}

/// What an account says in every tenant.
fn home(account: &Account) -> Members {
    let mut view = Members::default();
    view.text("homeAccountId", &account.home_account_id);
    view.text("environment", &account.environment);
    view.text("authorityType", &account.authority_type);
    view.json("dataBoundary", account.data_boundary.map_or(Value::Null, Value::from));
    view
}

/// `class` is the name of the JavaScript class.
fn failure(failure: &Error) -> Value {
    let evidence = &failure.evidence;
    let mut view = Members::default();
    view.text("code", failure.code.text());
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
    view.json(
        "errorCodes",
        Value::Array(evidence.error_codes.iter().map(|code| Value::from(u64::from(*code))).collect()),
    );
    view.text("correlationId", &evidence.correlation_id);
    view.text("traceId", &evidence.trace_id);
    view.text("timestamp", &evidence.timestamp);
    view.text("claims", &evidence.claims);
    view.text("classification", evidence.classification());
    view.present()
}

/// A moment that a JavaScript `Date` can hold: the latest is 8.64e15.
fn js_time(moment: UnixMillis) -> u64 {
    moment.0.min(8_640_000_000_000_000)
}

/// What the host's clock says. It may jump.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970: positive, far below 2^53"
)]
pub fn moment(now: f64) -> UnixMillis {
    UnixMillis(now as u64)
}
