//! The end of a flow that succeeded: the tokens, the account that owns them, and until when they are good.

use core::fmt;

use crate::cache::account::{Account, home_tenant};
use crate::cache::save::Grant;
use crate::config::request::SignInRequest;
use crate::error::{Code, Error};
use crate::flow::id_token_check;
use crate::flow::purpose::CachedCredentials;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::http::HttpResponse;
use crate::oauth::id_token::IdToken;
use crate::oauth::token::TokenResponse;
use crate::time::UnixMillis;

/// A person has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The client that the tokens were issued to.
    pub client_id: String,
    /// When the answer came.
    pub arrived: UnixMillis,
    /// The authority in its canonical form.
    pub authority: String,
    /// The tokens, as they came.
    pub tokens: Box<TokenResponse>,
    /// Granted scopes; the requested ones where the server does not say (RFC 6749 §5.1).
    pub scopes: Vec<String>,
    /// The scopes that were requested.
    pub requested_scopes: Vec<String>,
    /// The decoded ID token, where there is one that can be decoded.
    pub id_token: Option<IdToken>,
    /// The account that owns the tokens.
    pub account: Account,
    /// When the person signed in, where no subject names the account ([`Grant::signed_in`]).
    pub signed_in: Option<UnixMillis>,
    /// When the access token expires, counted from the arrival of the answer, as are the other two times.
    pub expires_on: Option<UnixMillis>,
    /// Entra: until when the token may be used while its servers are out.
    pub ext_expires_on: Option<UnixMillis>,
    /// Entra: from when on the token should be renewed.
    pub refresh_on: Option<UnixMillis>,
    /// The caller's correlation id.
    pub correlation_id: String,
    /// Entra's id of the last request, in its logs.
    pub request_id: Option<String>,
    /// Was it in the cache, so that nothing was sent?
    pub from_cache: bool,
}

impl SignIn {
    /// The result of a token response that arrived at `now`. An ID token that cannot be decoded counts as missing.
    ///
    /// # Errors
    /// [`Code::IdTokenInvalid`]
    pub fn new(
        request: &SignInRequest,
        mut tokens: Box<TokenResponse>,
        response: &HttpResponse,
        now: UnixMillis,
    ) -> Result<Self, Error> {
        let authority = &request.authority;
        let mut id_token = None;
        if let Some(jwt) = &tokens.id_token {
            id_token = IdToken::parse(jwt.expose());
            if let Some(id_token) = &id_token {
                id_token_check::check(jwt.expose(), id_token, request, response, now)?;
            }
        }
        if !authority.is_entra() {
            // Microsoft's clients alone have a family.
            tokens.family_id = None;
        }
        let client_info = tokens.client_info.as_deref();
        let named = id_token.as_ref().and_then(|id_token| Account::from_tokens(id_token, client_info, authority));
        let signed_in = named.is_none().then_some(now);
        let name = request.account_hint.as_deref();
        let account = named.unwrap_or_else(|| Account::without_subject(name, &request.client_id, authority));
        Ok(Self {
            client_id: request.client_id.clone(),
            arrived: now,
            authority: authority.canonical().into(),
            scopes: tokens.scopes.as_ref().unwrap_or(&request.scopes).clone(),
            requested_scopes: request.scopes.clone(),
            id_token,
            account,
            signed_in,
            expires_on: tokens.expires_in.map(|seconds| now + seconds),
            ext_expires_on: tokens.ext_expires_in.map(|seconds| now + seconds),
            refresh_on: tokens.refresh_in.map(|seconds| now + seconds),
            correlation_id: request.correlation_id.clone(),
            request_id: response.request_id.clone(),
            from_cache: false,
            tokens,
        })
    }

    /// The same for a refresh: what the answer does not repeat is taken from the cache.
    ///
    /// # Errors
    /// [`Code::UserMismatch`]: the tokens are another person's.
    pub fn completed_from(mut self, credentials: &CachedCredentials) -> Result<Self, Error> {
        let cached = &credentials.account;
        let home = self.tokens.client_info.as_deref().and_then(ClientInfo::parse);
        let has_subject = self.signed_in.is_none();
        self.signed_in = credentials.tokens.last().and_then(|token| token.signed_in);
        if has_subject {
            let account = &mut self.account;
            // OpenID Connect Core §12.2: the same subject. Entra's is in `client_info`, which it may leave out. An account that was
            // stored without a subject has one only if an earlier refresh brought an ID token.
            let is_same = if cached.has_no_subject() {
                let known = credentials.id_token.as_ref().map(|(_, id_token)| id_token.subject());
                known.is_none_or(|known| known == account.home_account_id)
            } else {
                let is_comparable =
                    account.issuer.is_some() || home.is_some() || home_tenant(&cached.home_account_id).is_empty();
                !is_comparable || account.home_account_id == cached.home_account_id
            };
            if !is_same {
                return Err(Code::UserMismatch.error("The answer to the refresh speaks of another person."));
            }
            account.home_account_id.clone_from(&cached.home_account_id);
            account.environment.clone_from(&cached.environment);
            account.data_boundary = account.data_boundary.or(cached.data_boundary);
        } else {
            self.account = cached.clone();
            if let Some((secret, decoded)) = credentials.id_token.clone() {
                (self.tokens.id_token, self.id_token) = (Some(secret), Some(decoded));
            }
        }
        self.authority.clone_from(&credentials.authority);
        Ok(self)
    }

    /// What the cache stores.
    #[must_use]
    pub fn grant(&self) -> Grant<'_> {
        Grant {
            client_id: &self.client_id,
            account: &self.account,
            tokens: &self.tokens,
            scopes: &self.scopes,
            requested_scopes: &self.requested_scopes,
            expires_on: self.expires_on,
            ext_expires_on: self.ext_expires_on,
            refresh_on: self.refresh_on,
            signed_in: self.signed_in,
            mark: None,
        }
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn([redacted])")
    }
}
