//! Tokens without a person: what the cache has for a request, and what to refresh if that is not enough.
//!
//! Nothing is sent here: [`SilentRequest::look_up`] looks into the cache, and [`SilentRequest::refresh`] makes the first state of a
//! refresh ([`crate::flow::refreshing`]).

use std::rc::Rc;

use crate::cache::account::{Account, TenantProfile, home_tenant};
use crate::cache::accounts::CachedAccount;
use crate::cache::document::CacheDocument;
use crate::cache::entity::same_environment;
use crate::cache::issuer::AccountId;
use crate::cache::lookup::{Freshness, RefreshToken, TokenQuery};
use crate::cache::save::RefreshFindings;
use crate::config::silent::CachedTokens;
pub use crate::config::silent::SilentRequest;
use crate::entra::authority::Standing;
use crate::entra::cloud;
use crate::error::{Code, Error};
use crate::flow::FlowState;
use crate::flow::purpose::{CachedCredentials, Purpose, RefreshOutcome};
use crate::flow::revoking::Revoking;
use crate::flow::sign_in::SignIn;
use crate::hash;
use crate::oauth::token::TokenResponse;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// An access token from the cache.
#[derive(Debug)]
pub struct Found {
    /// The token to return at once.
    pub sign_in: Box<SignIn>,
    /// The profile of the person in each tenant.
    pub profiles: Rc<Vec<TenantProfile>>,
    /// Should it be refreshed meanwhile?
    pub is_due: bool,
}

/// How a refresh begins.
#[derive(Debug)]
pub enum Beginning {
    /// Another call was faster: there is a good token.
    Found(Found),
    /// The first state; the first tick starts it.
    State(FlowState),
}

impl SilentRequest {
    /// A name for the refreshes that must not run at the same time: those of one account, because a server may accept each refresh
    /// token once only. Eight hexadecimal digits.
    #[must_use]
    pub fn person(&self) -> String {
        let texts = [self.home_account_id.as_str(), &self.request.client_id];
        let hash = hash::of_all(texts.into_iter().chain(self.request.authority.issuer()));
        hash::hexadecimal(hash).split_off(8)
    }

    /// The token to return without asking a server, if there is one.
    #[must_use]
    pub fn look_up(&self, cache: &CacheDocument, now: UnixMillis) -> Option<Found> {
        self.found(cache, now).filter(|(_, freshness)| *freshness <= Freshness::Due).map(|(found, _)| found)
    }

    /// The first state of a refresh, or the token that another call has refreshed meanwhile.
    ///
    /// # Errors
    /// [`Code::NoTokens`]: there is no refresh token. Or what is wrong with a given `authorityMetadata`.
    pub fn refresh(self, cache: &CacheDocument, now: UnixMillis) -> Result<Beginning, Error> {
        let fallback = match self.found(cache, now) {
            Some((found, Freshness::Fresh)) => return Ok(Beginning::Found(found)),
            Some((found, Freshness::Due | Freshness::Stale)) => Some(found.sign_in),
            Some((_, Freshness::Expired)) | None => None,
        };
        let tokens = self.refresh_tokens(cache);
        if tokens.is_empty() {
            return Err(Code::NoTokens.error("The cache has no refresh token of this account for this client."));
        }
        let (account, id_token) = match self.cached_account(cache) {
            Some(cached) => (cached.account(), cached.id_token),
            None => (self.account_without_entry(), None),
        };
        let is_home = same_environment(self.request.authority.environment(), &self.environment);
        let findings = RefreshFindings {
            home_account_id: self.home_account_id,
            environment: self.environment,
            issuer: self.request.authority.issuer().map(String::from),
            client_id: self.request.client_id.clone(),
            ..RefreshFindings::default()
        };
        let outcome = RefreshOutcome { findings, fallback };
        let credentials = CachedCredentials { account, id_token, tokens, authority: self.authority, is_home, outcome };
        FlowState::begin_for(Purpose::Refresh(Box::new(credentials)), self.request).map(Beginning::State)
    }

    /// The first state of a revocation: of every refresh token of the account that this client has, where the provider has an
    /// endpoint for it (RFC 7009).
    ///
    /// # Errors
    /// What is wrong with a given `authorityMetadata`.
    pub fn revoke(self, cache: &CacheDocument) -> Result<FlowState, Error> {
        let tokens: Vec<Secret> = self.refresh_tokens(cache).into_iter().map(|token| token.secret).collect();
        if tokens.is_empty() {
            // Nobody is asked for metadata for nothing.
            return Ok(FlowState::Revoking(Box::new(Revoking::nothing(self.request))));
        }
        FlowState::begin_for(Purpose::Revoke(tokens), self.request)
    }

    /// Is the account's cloud that of the authority, or can that turn out once the authority has been asked about?
    fn may_be_home(&self) -> bool {
        let authority = &self.request.authority;
        same_environment(authority.environment(), &self.environment)
            || authority.standing == Standing::Unknown && cloud::of(&self.environment).is_none()
    }

    fn account_id(&self) -> AccountId<'_> {
        AccountId {
            home_account_id: &self.home_account_id,
            environment: &self.environment,
            issuer: self.request.authority.issuer(),
        }
    }

    fn query(&self) -> TokenQuery<'_> {
        TokenQuery {
            account: self.account_id(),
            client_id: &self.request.client_id,
            tenant_id: &self.tenant_id,
            scopes: &self.request.scopes,
        }
    }

    /// The refresh tokens to try; the last one comes first.
    fn refresh_tokens(&self, cache: &CacheDocument) -> Vec<RefreshToken> {
        if self.may_be_home() { cache.refresh_tokens(&self.query()) } else { Vec::new() }
    }

    /// The account in this tenant, or else the first one in another.
    fn cached_account(&self, cache: &CacheDocument) -> Option<CachedAccount> {
        let accounts = cache.accounts_of(&self.account_id(), &self.request.client_id);
        let is_here = |account: &CachedAccount| account.profile().tenant_id.eq_ignore_ascii_case(&self.tenant_id);
        let index = accounts.iter().rposition(is_here).unwrap_or_default();
        accounts.into_iter().nth(index)
    }

    /// An account of which the cache has tokens and no entry.
    fn account_without_entry(&self) -> Account {
        Account {
            home_account_id: self.home_account_id.clone(),
            environment: self.environment.clone(),
            issuer: self.request.authority.issuer().map(String::from),
            authority_type: String::new(),
            data_boundary: None,
            kmsi: false,
            profile: TenantProfile::in_tenant(&self.tenant_id, home_tenant(&self.home_account_id)),
        }
    }

    /// The access token in the cache, and how fresh it is.
    fn found(&self, cache: &CacheDocument, now: UnixMillis) -> Option<(Found, Freshness)> {
        if self.cached_tokens == CachedTokens::Ignore || !self.may_be_home() {
            return None;
        }
        let token = cache.access_token(&self.query())?;
        let freshness = token.freshness(now);
        let (account, profiles, id_token) = match self.cached_account(cache) {
            Some(cached) => (cached.account(), cached.profiles, cached.id_token),
            None => (self.account_without_entry(), Rc::default(), None),
        };
        let (secret, decoded) = id_token.unzip();
        let sign_in = Box::new(SignIn {
            client_id: self.request.client_id.clone(),
            arrived: now,
            authority: self.authority.clone(),
            tokens: Box::new(TokenResponse {
                access_token: token.secret,
                token_type: "Bearer".into(),
                scopes: None,
                expires_in: None,
                ext_expires_in: None,
                refresh_in: None,
                refresh_token: None,
                id_token: secret,
                client_info: None,
                family_id: None,
            }),
            scopes: token.scopes,
            requested_scopes: self.request.scopes.clone(),
            id_token: decoded,
            account,
            signed_in: None,
            expires_on: token.expires_on,
            ext_expires_on: token.ext_expires_on,
            refresh_on: token.refresh_on,
            correlation_id: self.request.correlation_id.clone(),
            request_id: None,
            from_cache: true,
        });
        Some((Found { sign_in, profiles, is_due: freshness == Freshness::Due }, freshness))
    }
}
