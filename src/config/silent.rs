//! A request for tokens of a known account, without a person.

use crate::config::request::SignInRequest;
use crate::config::validate;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::client_info::home_tenant;
use crate::oauth::id_token::normalized_issuer;
use crate::text::printable;

/// A request for tokens of a known account.
#[derive(Debug)]
pub struct SilentRequest {
    /// Its authority is that of the account's tenant, where the caller's is one for many tenants.
    pub request: Box<SignInRequest>,
    /// The authority as the caller gave it.
    pub authority: String,
    /// `account.homeAccountId`
    pub home_account_id: String,
    /// `account.environment`, in lower case.
    pub environment: String,
    /// The tenant whose tokens are looked for.
    pub tenant_id: String,
    /// Whether an access token from the cache will do.
    pub cached_tokens: CachedTokens,
}

/// Whether an access token from the cache will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachedTokens {
    /// It will.
    Use,
    /// A new one is asked for: `request.forceRefresh`, or claims that the token must answer.
    Ignore,
}

impl SilentRequest {
    /// Reads the JSON text that the facade hands over: that of a sign-in with an account.
    ///
    /// # Errors
    /// [`Code::NoAccount`], or the configuration error that names the first wrong field.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let object = Value::parse(text).unwrap_or(Value::Object(Vec::new()));
        let input = validate::input(&object)?;
        let home_account_id: String = input.home_account_id.unwrap_or_default().into();
        let environment = input.environment.unwrap_or_default().to_ascii_lowercase();
        let issuer = input.issuer.filter(|issuer| !issuer.is_empty());
        let account_tenant = input.tenant_id.filter(|tenant| !tenant.is_empty());
        let ignores = input.force_refresh.unwrap_or_default() || input.claims.is_some_and(asks_for_claims);
        let mut request = validate::sign_in_request(&input)?;
        if home_account_id.is_empty() || environment.is_empty() {
            let message = "request.account must be an account, with homeAccountId and environment.";
            return Err(Code::NoAccount.error(message));
        }
        if let Some(issuer) = issuer
            && request.authority.issuer().map(normalized_issuer) != Some(normalized_issuer(issuer))
        {
            let authority = request.authority.canonical();
            return Err(
                Code::NoTokens.error(format!("The account is of {}, and {authority} is not.", printable(issuer)))
            );
        }
        let tenant = request.authority.realm().or(account_tenant).unwrap_or_else(|| home_tenant(&home_account_id));
        let tenant_id: String = tenant.into();
        let authority = request.authority.canonical().into();
        request.authority = request.authority.in_tenant(&tenant_id);
        let cached_tokens = if ignores { CachedTokens::Ignore } else { CachedTokens::Use };
        Ok(Self { request, authority, home_account_id, environment, tenant_id, cached_tokens })
    }
}

/// A cached token does not have the requested claims. Client capabilities do not matter here.
fn asks_for_claims(claims: &str) -> bool {
    Value::parse(claims).is_some_and(|claims| claims.as_object().is_none_or(|members| !members.is_empty()))
}
