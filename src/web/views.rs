//! What JavaScript gets to see: plain objects in camelCase, times in milliseconds since 1970. What is absent is `undefined`. The facade
//! turns them into the classes, dates and maps of the public contract (js/result.js, js/errors.js).

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::cache::account::{Account, TenantProfile};
use crate::cache::accounts::CachedAccount;
use crate::error::{Error, ErrorCode};
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::silent::Found;
use crate::oauth::id_token::IdToken;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// What a promise of this module rejects with: an error of ours, or somebody else's reason, which is thrown as it is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rejection<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorView<'a>>,
    /// The log has told of the error already.
    is_logged: bool,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    reason: JsValue,
}

impl Rejection<'_> {
    /// An error of ours.
    pub fn error(error: &Error, is_logged: bool) -> JsValue {
        object(&Rejection { error: Some(ErrorView::new(error)), is_logged, reason: JsValue::UNDEFINED })
    }

    /// What the caller's signal, callback or store gave as its reason.
    pub fn reason(reason: JsValue) -> JsValue {
        object(&Rejection { error: None, is_logged: false, reason })
    }
}

/// An [`Error`]. `class` is the name of the JavaScript class.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorView<'a> {
    code: &'a str,
    /// The code is the word of a server, which may be equal to one of ours.
    is_server_code: bool,
    class: &'static str,
    message: &'a str,
    hint: &'static str,
    retryable: bool,
    fault: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    error: &'a str,
    error_description: &'a str,
    error_uri: &'a str,
    sub_error: &'a str,
    error_codes: &'a [u32],
    correlation_id: &'a str,
    trace_id: &'a str,
    timestamp: &'a str,
    claims: &'a str,
    classification: &'static str,
}

impl<'a> ErrorView<'a> {
    fn new(error: &'a Error) -> Self {
        let evidence = &error.evidence;
        Self {
            code: error.code.text(),
            is_server_code: matches!(error.code, ErrorCode::Server(_)),
            class: error.class.name(),
            message: &error.message,
            hint: error.hint,
            retryable: error.retryable,
            fault: error.fault.name(),
            status: evidence.status,
            error: &evidence.error,
            error_description: &evidence.description,
            error_uri: &evidence.error_uri,
            sub_error: &evidence.suberror,
            error_codes: &evidence.error_codes,
            correlation_id: &evidence.correlation_id,
            trace_id: &evidence.trace_id,
            timestamp: &evidence.timestamp,
            claims: &evidence.claims,
            classification: evidence.classification(),
        }
    }
}

/// A flow that goes on.
pub fn pending(until: UnixMillis) -> JsValue {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Pending {
        next_poll_on: u64,
    }
    object(&Pending { next_poll_on: js_time(until) })
}

/// What the person must see, and what a callback gets.
pub fn prompt(session: &Session) -> JsValue {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct PromptView<'a> {
        user_code: &'a str,
        device_code: &'a str,
        verification_uri: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        verification_uri_complete: Option<&'a str>,
        message: &'a str,
        expires_in: u64,
        interval: u64,
        expires_on: u64,
        deadline: u64,
        correlation_id: &'a str,
    }
    let prompt = &session.prompt;
    object(&PromptView {
        user_code: &prompt.user_code,
        device_code: session.device_code.expose(),
        verification_uri: &prompt.verification_uri,
        verification_uri_complete: prompt.verification_uri_complete.as_deref(),
        message: &prompt.message,
        expires_in: session.expires_in.as_secs(),
        interval: session.pace.interval.as_secs(),
        expires_on: js_time(prompt.expires),
        deadline: js_time(session.deadline()),
        correlation_id: &session.request.correlation_id,
    })
}

/// Tokens for a person. `idTokenClaims` is a JSON text: a program that never looks at the claims does not pay for reading them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignInView<'a> {
    authority: &'a str,
    unique_id: &'a str,
    tenant_id: &'a str,
    scopes: &'a [String],
    account: AccountView<'a>,
    id_token: &'a str,
    id_token_claims: String,
    access_token: &'a str,
    token_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext_expires_on: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_on: Option<u64>,
    correlation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_id: Option<&'a str>,
    from_cache: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_due: Option<bool>,
}

impl<'a> SignInView<'a> {
    fn new(sign_in: &'a SignIn, profiles: &'a [TenantProfile], is_due: Option<bool>) -> Self {
        let SignIn { tokens, id_token, account, .. } = sign_in;
        Self {
            authority: &sign_in.authority,
            unique_id: id_token.as_ref().map_or("", IdToken::person),
            tenant_id: id_token.as_ref().map_or("", |id_token| id_token.text("tid")),
            scopes: &sign_in.scopes,
            account: AccountView::new(account, profiles),
            id_token: tokens.id_token.as_ref().map_or("", |token| token.expose()),
            id_token_claims: id_token.as_ref().map(|id_token| id_token.claims.to_json()).unwrap_or_default(),
            access_token: tokens.access_token.expose(),
            token_type: &tokens.token_type,
            expires_on: sign_in.expires_on.map(js_time),
            ext_expires_on: sign_in.ext_expires_on.map(js_time),
            refresh_on: sign_in.refresh_on.map(js_time),
            correlation_id: &sign_in.correlation_id,
            request_id: sign_in.request_id.as_deref(),
            family_id: tokens.family_id.as_deref(),
            from_cache: sign_in.from_cache,
            is_due,
        }
    }
}

/// A sign-in that a flow ended with. `profiles` are the person's names in each tenant, where the cache was asked.
pub fn sign_in(sign_in: &SignIn, profiles: &[TenantProfile]) -> JsValue {
    object(&SignInView::new(sign_in, profiles, None))
}

/// A token from the cache. `isDue` says whether it is to be renewed meanwhile.
pub fn found(found: &Found) -> JsValue {
    object(&SignInView::new(&found.sign_in, &found.profiles, Some(found.is_due)))
}

/// An account in one tenant.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountView<'a> {
    home_account_id: &'a str,
    environment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    authority_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_boundary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kmsi: Option<bool>,
    profile: &'a TenantProfile,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    profiles: &'a [TenantProfile],
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_claims: Option<String>,
}

impl<'a> AccountView<'a> {
    fn new(account: &'a Account, profiles: &'a [TenantProfile]) -> Self {
        Self {
            home_account_id: &account.home_account_id,
            environment: &account.environment,
            issuer: account.issuer.as_deref(),
            authority_type: &account.authority_type,
            data_boundary: account.data_boundary,
            kmsi: Some(account.kmsi),
            profile: &account.profile,
            profiles,
            id_token: None,
            id_token_claims: None,
        }
    }

    /// Of a person with accounts in several tenants, the profiles come with the first account.
    fn cached(cached: &'a CachedAccount) -> Self {
        let home = &cached.home;
        let (secret, claims) = cached.id_token.as_ref().map(|(secret, claims)| (secret, claims)).unzip();
        Self {
            home_account_id: &home.home_account_id,
            environment: &home.environment,
            issuer: home.issuer.as_deref(),
            authority_type: &home.authority_type,
            data_boundary: home.data_boundary,
            kmsi: secret.map(|_| cached.kmsi()),
            profile: cached.profile(),
            profiles: if cached.index == 0 { &cached.profiles } else { &[] },
            id_token: secret.map(Secret::expose),
            id_token_claims: claims.map(|claims| claims.claims.to_json()),
        }
    }
}

/// The accounts in a cache. A person's accounts follow each other, and the first of them has the profiles.
pub fn accounts(accounts: &[CachedAccount]) -> JsValue {
    object(&accounts.iter().map(AccountView::cached).collect::<Vec<_>>())
}

/// The names of a person in each tenant.
pub fn tenant_profiles(profiles: &[TenantProfile]) -> JsValue {
    object(&profiles)
}

fn object(view: &impl Serialize) -> JsValue {
    // Structs of texts, numbers and lists cannot fail.
    view.serialize(&Serializer::new()).unwrap_or_default()
}

/// A time that a JavaScript `Date` can hold: the latest is 8.64e15.
fn js_time(moment: UnixMillis) -> u64 {
    moment.0.min(8_640_000_000_000_000)
}
