//! Tokens without a person: what the cache has for a request, and what to renew if that is not enough.
//!
//! Nothing is sent here: [`SilentRequest::look_up`] is a look into the cache, and [`SilentRequest::refresh`] gives the first state
//! of the machine that renews ([`crate::flow::refreshing`]).

use std::rc::Rc;

use crate::cache::account::{Account, TenantProfile, home_tenant};
use crate::cache::accounts::CachedAccount;
use crate::cache::document::CacheDocument;
use crate::cache::entity::same_environment;
use crate::cache::lookup::{Freshness, RefreshToken, TokenQuery};
use crate::cache::save::RefreshFindings;
use crate::config::silent::CachedTokens;
pub use crate::config::silent::SilentRequest;
use crate::entra::authority::Standing;
use crate::entra::cloud;
use crate::error::{Code, Error};
use crate::flow::FlowState;
use crate::flow::renewal::{Purpose, Refreshed, Renewal};
use crate::flow::sign_in::SignIn;
use crate::hash;
use crate::oauth::token::TokenResponse;
use crate::time::UnixMillis;

/// What the cache has.
#[derive(Debug)]
pub struct Found {
    /// A token to hand out at once.
    pub sign_in: Box<SignIn>,
    /// What the person is called in each tenant.
    pub profiles: Rc<Vec<TenantProfile>>,
    /// It is to be renewed meanwhile.
    pub is_due: bool,
}

/// How a refresh begins.
#[derive(Debug)]
pub enum Beginning {
    /// Somebody else was faster: there is a good token.
    Found(Found),
    /// The first state; the first tick starts it.
    State(FlowState),
}

impl SilentRequest {
    /// Which refreshes must not run at once: those of one person, because a server may take every refresh token once only.
    /// Eight hexadecimal digits.
    #[must_use]
    pub fn person(&self) -> String {
        let hash = hash::of_all([self.home_account_id.as_str(), &self.request.client_id]);
        hash::hexadecimal(hash).split_off(8)
    }

    /// The token to hand out without asking anybody, if there is one.
    #[must_use]
    pub fn look_up(&self, store: &CacheDocument, now: UnixMillis) -> Option<Found> {
        self.found(store, now).filter(|(_, freshness)| *freshness <= Freshness::Due).map(|(found, _)| found)
    }

    /// Renews: the first state of the machine, or what somebody else has renewed already.
    ///
    /// # Errors
    /// [`Code::NoTokens`]: there is nothing to renew with. Or what is wrong with a given `authorityMetadata`.
    pub fn refresh(self, store: &CacheDocument, now: UnixMillis) -> Result<Beginning, Error> {
        let mut fallback = None;
        match self.found(store, now) {
            Some((found, Freshness::Fresh)) => return Ok(Beginning::Found(found)),
            Some((found, Freshness::Due | Freshness::Stale)) => fallback = Some(found.sign_in),
            Some((_, Freshness::Expired)) | None => {}
        }
        let tokens = self.refresh_tokens(store);
        if tokens.is_empty() {
            let message = ["The cache has no refresh token of this account for this client."];
            return Err(Code::NoTokens.because(&message));
        }
        let (account, id_token) = match self.person_of(store) {
            Some(cached) => (cached.account(), cached.id_token),
            None => (self.stranger(), None),
        };
        let is_home = same_environment(self.request.authority.environment(), &self.environment);
        let findings = RefreshFindings {
            home_account_id: self.home_account_id,
            environment: self.environment,
            client_id: self.request.client_id.clone(),
            ..RefreshFindings::default()
        };
        let refreshed = Refreshed { findings, fallback };
        let renewal = Renewal { account, id_token, tokens, authority: self.authority, is_home, refreshed };
        FlowState::begin_for(Purpose::Refresh(Box::new(renewal)), self.request).map(Beginning::State)
    }

    /// Revokes every refresh token of the person that this client has, where the provider has an endpoint for it (RFC 7009).
    ///
    /// # Errors
    /// What is wrong with a given `authorityMetadata`.
    pub fn revoke(self, store: &CacheDocument) -> Result<FlowState, Error> {
        let mut secrets = Vec::new();
        for token in self.refresh_tokens(store) {
            secrets.push(token.secret);
        }
        FlowState::begin_for(Purpose::Revoke(secrets), self.request)
    }

    /// Is the account's cloud that of the authority, or can it turn out to be once the authority has been asked about?
    fn may_be_home(&self) -> bool {
        let authority = &self.request.authority;
        same_environment(authority.environment(), &self.environment)
            || authority.standing == Standing::Unknown && cloud::of(&self.environment).is_none()
    }

    fn query(&self) -> TokenQuery<'_> {
        TokenQuery {
            home_account_id: &self.home_account_id,
            environment: &self.environment,
            client_id: &self.request.client_id,
            tenant_id: &self.tenant_id,
            scopes: &self.request.scopes,
        }
    }

    /// To try; the last one comes first.
    fn refresh_tokens(&self, store: &CacheDocument) -> Vec<RefreshToken> {
        if self.may_be_home() { store.refresh_tokens(&self.query()) } else { Vec::new() }
    }

    /// The person as the cache knows them in this tenant, or else in another.
    fn person_of(&self, store: &CacheDocument) -> Option<CachedAccount> {
        let mut people = store.accounts_of(&self.home_account_id, &self.request.client_id);
        let mut found = None;
        for (at, one) in people.iter().enumerate() {
            let is_here = one.profile().tenant_id.eq_ignore_ascii_case(&self.tenant_id);
            if same_environment(&one.home.environment, &self.environment) && (is_here || found.is_none()) {
                found = Some(at);
            }
        }
        found.map(|at| people.swap_remove(at))
    }

    /// Somebody of whom the cache has tokens and nothing else.
    fn stranger(&self) -> Account {
        Account {
            home_account_id: self.home_account_id.clone(),
            environment: self.environment.clone(),
            authority_type: String::new(),
            data_boundary: None,
            kmsi: false,
            profile: TenantProfile::in_tenant(&self.tenant_id, home_tenant(&self.home_account_id)),
        }
    }

    fn found(&self, store: &CacheDocument, now: UnixMillis) -> Option<(Found, Freshness)> {
        if self.cached_tokens == CachedTokens::Ignore || !self.may_be_home() {
            return None;
        }
        let token = store.access_token(&self.query())?;
        let freshness = token.freshness(now);
        let (account, profiles, id_token) = match self.person_of(store) {
            Some(cached) => (Some(cached.account()), cached.profiles, cached.id_token),
            None => Default::default(),
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
            id_token: decoded,
            account,
            expires_on: Some(token.expires_on),
            ext_expires_on: token.ext_expires_on,
            refresh_on: token.refresh_on,
            correlation_id: self.request.correlation_id.clone(),
            request_id: None,
            from_cache: true,
        });
        Some((Found { sign_in, profiles, is_due: freshness == Freshness::Due }, freshness))
    }
}
