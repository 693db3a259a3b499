//! What JavaScript gets to see: plain objects in camelCase, times in milliseconds. The facade turns them into the classes
//! and dates of the public contract.
//!
//! Only [`Serialize`] is used of serde: reading through it would add 17 KB to the module, most of it the printing of
//! floating-point numbers for error texts (docs/adr/0002).

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::failure::{Class, Failure};
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::time::UnixMillis;

/// A value as JavaScript sees it. All views are structs of texts, numbers and lists, which cannot fail to convert.
pub fn to_js(view: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(view).unwrap_or(JsValue::NULL)
}

/// What the person must see, and what a callback gets.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PromptView<'a> {
    user_code: &'a str,
    device_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: Option<&'a str>,
    message: &'a str,
    expires_in: u32,
    interval: u32,
    expires_on: f64,
    correlation_id: &'a str,
}

impl<'a> From<&'a Session> for PromptView<'a> {
    fn from(session: &'a Session) -> Self {
        let prompt = &session.prompt;
        Self {
            user_code: &prompt.user_code,
            device_code: session.device_code.expose(),
            verification_uri: &prompt.verification_uri,
            verification_uri_complete: prompt.verification_uri_complete.as_deref(),
            message: &prompt.message,
            expires_in: session.expires_in.0,
            interval: session.pace.interval.0,
            expires_on: js_time(prompt.expires),
            correlation_id: &session.request.correlation_id,
        }
    }
}

/// A sign-in that succeeded.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInView<'a> {
    authority: &'a str,
    unique_id: &'a str,
    tenant_id: &'a str,
    scopes: &'a [String],
    account: Option<AccountView<'a>>,
    id_token: &'a str,
    /// JSON text: the host has a parser, and claims have no fixed shape.
    id_token_claims: Option<String>,
    access_token: &'a str,
    token_type: &'a str,
    expires_on: Option<f64>,
    ext_expires_on: Option<f64>,
    refresh_on: Option<f64>,
    correlation_id: &'a str,
    request_id: Option<&'a str>,
    family_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountView<'a> {
    home_account_id: &'a str,
    environment: &'a str,
    tenant_id: &'a str,
    username: &'a str,
    local_account_id: &'a str,
    name: Option<&'a str>,
    authority_type: &'a str,
}

impl<'a> From<&'a SignIn> for SignInView<'a> {
    fn from(sign_in: &'a SignIn) -> Self {
        let claim =
            |name| sign_in.id_token.as_ref().map(|id_token| id_token.text(name)).filter(|text| !text.is_empty());
        Self {
            authority: &sign_in.authority,
            unique_id: claim("oid").or(claim("sub")).unwrap_or_default(),
            tenant_id: claim("tid").unwrap_or_default(),
            scopes: &sign_in.scopes,
            account: sign_in.account.as_ref().map(|account| AccountView {
                home_account_id: &account.home_account_id,
                environment: &account.environment,
                tenant_id: &account.tenant_id,
                username: &account.username,
                local_account_id: &account.local_account_id,
                name: account.name.as_deref(),
                authority_type: account.authority_type,
            }),
            id_token: sign_in.tokens.id_token.as_ref().map_or("", |token| token.expose()),
            id_token_claims: sign_in.id_token.as_ref().map(|id_token| id_token.claims.write()),
            access_token: sign_in.tokens.access_token.expose(),
            token_type: &sign_in.tokens.token_type,
            expires_on: sign_in.expires_on.map(js_time),
            ext_expires_on: sign_in.ext_expires_on.map(js_time),
            refresh_on: sign_in.refresh_on.map(js_time),
            correlation_id: &sign_in.correlation_id,
            request_id: sign_in.request_id.as_deref(),
            family_id: sign_in.tokens.family_id.as_deref(),
        }
    }
}

/// Something that went wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureView<'a> {
    code: &'a str,
    /// The name of the JavaScript class.
    class: &'static str,
    message: &'a str,
    hint: &'a str,
    retryable: bool,
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
}

impl<'a> From<&'a Failure> for FailureView<'a> {
    fn from(failure: &'a Failure) -> Self {
        let evidence = &*failure.evidence;
        Self {
            code: &failure.code,
            class: match failure.class {
                Class::Auth => "AuthError",
                Class::Server => "ServerError",
                Class::InteractionRequired => "InteractionRequiredAuthError",
                Class::ClientAuth => "ClientAuthError",
                Class::ClientConfiguration => "ClientConfigurationError",
            },
            message: &failure.message,
            hint: failure.hint,
            retryable: failure.retryable,
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
        }
    }
}

/// A step of a flow that is not over.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingView {
    next_poll_on: f64,
}

impl From<UnixMillis> for PendingView {
    fn from(due: UnixMillis) -> Self {
        Self { next_poll_on: js_time(due) }
    }
}

/// A moment as a JavaScript number. The latest that a `Date` can hold is 8.64e15.
#[expect(clippy::cast_precision_loss, reason = "capped below 2^53")]
fn js_time(moment: UnixMillis) -> f64 {
    moment.0.min(8_640_000_000_000_000) as f64
}
