//! Tokens are being refreshed by a refresh token (RFC 6749 §6), without a person.
//!
//! One refresh token after the other is tried, as long as the server says that the token is wrong, and not the person, the client
//! or the moment. What the refresh finds out stays in [`FlowState::Refreshed`], for the cache.

use crate::cache::account::home_tenant;
use crate::cache::entity::same_environment;
use crate::cache::lookup::RefreshToken;
use crate::config::request::SignInRequest;
use crate::error::{Class, Code, Error, Evidence, OAuthError, Suberror};
use crate::flow::log::Level;
use crate::flow::purpose::CachedCredentials;
use crate::flow::retry::{self, RetriedRequest, Retry};
use crate::flow::sign_in::SignIn;
use crate::flow::state::State;
use crate::flow::{Action, FlowState, Step, server_error};
use crate::hash;
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::refresh;
use crate::oauth::token::{TokenReply, TokenResponse};
use crate::time::UnixMillis;

/// One refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshing {
    /// What the caller asked for; its scopes are complete, its authority is that of the account's tenant.
    pub request: Box<SignInRequest>,
    /// The token endpoint.
    pub endpoint: String,
    /// The account and its refresh tokens.
    pub credentials: Box<CachedCredentials>,
    /// The counter of the request with the token at hand.
    pub retry: Retry,
    /// A hash of what is asked for and by which tokens. After another sign-in it is another one.
    pub asked: u64,
}

impl State for Refreshing {
    fn secrets(&self) -> Vec<&str> {
        self.credentials.secrets()
    }

    fn announcement(&self) -> Option<(Level, String)> {
        Some((Level::Info, "Renewing the tokens.".into()))
    }
}

impl RetriedRequest for Refreshing {
    fn url(&self) -> String {
        self.endpoint.clone()
    }

    /// # Errors
    /// [`Code::NoTokens`]: the authority is not of the account's cloud.
    fn request(&self) -> Result<Option<Box<HttpRequest>>, Error> {
        let Refreshing { request, credentials, .. } = self;
        let account = &credentials.account;
        // A refresh token goes to the cloud that issued it, or nowhere.
        let is_home = credentials.is_home || same_environment(request.authority.environment(), &account.environment);
        let Some(token) = self.token().filter(|_| is_home) else {
            let (home, authority) = (&account.environment, request.authority.canonical());
            return Err(Code::NoTokens.error(format!("The account is of {home}, and {authority} is not.")));
        };
        let anchor = if request.wants_client_info() { anchor(&account.home_account_id) } else { String::new() };
        let scope = request.scope();
        let body =
            refresh::body(&token.secret, &request.client_id, &scope, request.claims(), request.client_info(), &anchor);
        Ok(Some(request.post(&self.endpoint, &body, "")))
    }

    fn retry(&mut self) -> &mut Retry {
        &mut self.retry
    }

    fn into_state(self: Box<Self>) -> FlowState {
        FlowState::Refreshing(self)
    }

    fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        match TokenReply::parse(response, &self.secrets(), now) {
            TokenReply::Tokens(tokens) => self.refreshed(tokens, response, now),
            TokenReply::Error(evidence, _) => self.refused(response, evidence, "", now),
            TokenReply::Unreadable(evidence, lack) => self.refused(response, evidence, lack, now),
        }
    }

    fn fail(self: Box<Self>, error: Error) -> Step {
        self.end(Action::Fail(error))
    }
}

impl Refreshing {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(request: Box<SignInRequest>, endpoint: String, credentials: Box<CachedCredentials>) -> Self {
        let asked = hash_of_request(&request, &endpoint, &credentials);
        Self { request, endpoint, credentials, retry: Retry::default(), asked }
    }

    /// The refresh token at hand.
    #[must_use]
    pub fn token(&self) -> Option<&RefreshToken> {
        self.credentials.tokens.last()
    }

    fn end(self, action: Action) -> Step {
        Step { state: FlowState::Refreshed(Box::new(self.credentials.outcome)), action }
    }

    fn refreshed(self: Box<Self>, tokens: Box<TokenResponse>, response: &HttpResponse, now: UnixMillis) -> Step {
        let sign_in = SignIn::new(&self.request, tokens, response, now);
        match sign_in.and_then(|sign_in| sign_in.completed_from(&self.credentials)) {
            Ok(sign_in) => self.end(Action::Finish(Box::new(sign_in))),
            Err(error) => self.fail(error),
        }
    }

    fn refused(
        mut self: Box<Self>,
        response: &HttpResponse,
        evidence: Box<Evidence>,
        lack: &str,
        now: UnixMillis,
    ) -> Step {
        let mut error = server_error::unsuccessful(&self.endpoint, response, evidence, lack, &self.request.authority);
        if error.retryable {
            return retry::retry(self, error, now);
        }
        if self.drops_token(&mut error) && !self.credentials.tokens.is_empty() {
            self.retry = Retry::default();
            return retry::send(self, now);
        }
        self.fail(error)
    }

    /// Drops the token at hand if `error` says that it is the token that is wrong, and notes what that means for the cache.
    fn drops_token(&mut self, error: &mut Error) -> bool {
        let of_family = self.token().is_some_and(|token| token.of_family);
        let findings = &mut self.credentials.outcome.findings;
        match error.evidence.entra_suberror() {
            Suberror::ClientMismatch if of_family => {
                findings.in_no_family = true;
                error.class = Class::InteractionRequired;
            }
            Suberror::BadToken => {
                findings.bad.extend(self.credentials.tokens.last().map(|token| token.secret.clone()));
            }
            // Elsewhere than at Entra a token that was used before ends every token of its grant: no second one is risked.
            _ if self.request.authority.is_entra() && error.evidence.oauth_error() == OAuthError::InvalidGrant => {}
            _ => return false,
        }
        self.credentials.tokens.pop();
        true
    }
}

/// The account in the form that Microsoft's front end routes by: `Oid:{uid}@{utid}`.
fn anchor(home_account_id: &str) -> String {
    let uid = home_account_id.split_once('.').map_or(home_account_id, |(uid, _)| uid);
    let home = home_tenant(home_account_id);
    if home.is_empty() { String::new() } else { format!("Oid:{uid}@{home}") }
}

/// Scopes in another order ask for the same: their hashes are added up.
fn hash_of_request(request: &SignInRequest, endpoint: &str, credentials: &CachedCredentials) -> u64 {
    let claims = request.claims.as_deref().unwrap_or_default();
    let start = hash::of_all([&request.client_id, endpoint, claims]);
    let hash = credentials.secrets().into_iter().fold(start, hash::fnv);
    request.scopes.iter().map(|scope| hash::fnv(hash::START, scope)).fold(hash, u64::wrapping_add)
}
