//! Tokens are being renewed by a refresh token (RFC 6749 §6), without a person.
//!
//! One refresh token after the other is tried, as long as the server says that it is the token that is wrong and not the
//! person, the client or the day. What is learnt on the way ([`Spent`](crate::flow::renewal::Spent)) stays behind in
//! [`FlowState::Refreshed`], for the cache.

use crate::cache::account::home_tenant;
use crate::cache::entity::same_environment;
use crate::cache::lookup::RefreshToken;
use crate::config::request::SignInRequest;
use crate::error::{Class, Code, Error, Evidence};
use crate::flow::redact::leave_out;
use crate::flow::renewal::Renewal;
use crate::flow::retry::{self, Retry};
use crate::flow::sign_in::SignIn;
use crate::flow::{Action, FlowState, Step};
use crate::hash;
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::refresh;
use crate::oauth::token::{TokenReply, TokenResponse};
use crate::text::cut;
use crate::time::UnixMillis;

/// One refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshing {
    /// What was asked for; its scopes are complete, its authority is that of the person's tenant.
    pub request: Box<SignInRequest>,
    /// The token endpoint.
    pub endpoint: String,
    /// Whose tokens, and by which.
    pub renewal: Box<Renewal>,
    /// How often the token at hand was tried.
    pub effort: Retry,
    /// What is asked for, and by which tokens, as a hash: whoever signs in again asks for something new.
    pub asked: u64,
}

impl Refreshing {
    /// Nothing sent yet.
    #[must_use]
    pub fn new(request: Box<SignInRequest>, endpoint: String, renewal: Box<Renewal>) -> Self {
        let asked = asked(&request, &endpoint, &renewal);
        Self { request, endpoint, renewal, effort: Retry::default(), asked }
    }

    /// The refresh token at hand.
    #[must_use]
    pub fn token(&self) -> Option<&RefreshToken> {
        self.renewal.tokens.last()
    }

    /// The request.
    ///
    /// # Errors
    /// [`Code::NoTokens`]: the authority is not of the account's cloud.
    pub fn send(&self) -> Result<Box<HttpRequest>, Error> {
        let Self { request, renewal, .. } = self;
        // A refresh token goes to the cloud that issued it, or nowhere.
        let home = renewal.account.environment.as_str();
        let is_home = renewal.is_home || same_environment(request.authority.environment(), home);
        let Some(token) = self.token().filter(|_| is_home) else {
            let message = ["The account is of #, and # is not.", home, request.authority.canonical()];
            return Err(Code::NoTokens.because(&message));
        };
        let anchor = if request.wants_client_info() { anchor(&renewal.account.home_account_id) } else { String::new() };
        let scope = request.scope();
        let body =
            refresh::body(&token.secret, &request.client_id, &scope, request.claims(), request.client_info(), &anchor);
        Ok(request.post(&self.endpoint, &body, ""))
    }

    pub(super) fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let (evidence, lack) = match TokenReply::parse(response, now) {
            TokenReply::Tokens(tokens) => return self.renewed(tokens, response.request_id.clone(), now),
            TokenReply::Error(evidence, _) => (evidence, ""),
            TokenReply::Unreadable(evidence, lack) => (evidence, lack),
        };
        self.refused(response, evidence, lack, now)
    }

    fn renewed(self: Box<Self>, tokens: Box<TokenResponse>, request_id: Option<String>, now: UnixMillis) -> Step {
        match SignIn::new(&self.request, tokens, request_id, now).of(&self.renewal) {
            Ok(sign_in) => {
                let state = FlowState::Refreshed(Box::new(self.renewal.refreshed));
                Step { state, action: Action::Finish(Box::new(sign_in)) }
            }
            Err(failure) => FlowState::Refreshing(self).fail(failure),
        }
    }

    fn refused(
        mut self: Box<Self>,
        response: &HttpResponse,
        mut evidence: Box<Evidence>,
        lack: &str,
        now: UnixMillis,
    ) -> Step {
        let mut in_family = false;
        if let Some(token) = self.token() {
            leave_out(&token.secret, &mut evidence);
            in_family = token.of_family;
        }
        let authority = &self.request.authority;
        let mut failure = retry::refused(&self.endpoint, response, evidence, lack, true, authority);
        if failure.retryable {
            return retry::again(FlowState::Refreshing(self), failure, now);
        }
        let mismatch = in_family && failure.evidence.suberror == "client_mismatch";
        let bad = failure.evidence.suberror == "bad_token";
        // Elsewhere than at Entra a token that was used before ends every token of its grant: no second one is risked.
        if mismatch || bad || authority.is_entra() && failure.code == "invalid_grant" {
            let token = self.renewal.tokens.pop();
            if bad {
                self.renewal.refreshed.findings.bad.extend(token.map(|token| token.secret));
            }
            if mismatch {
                self.renewal.refreshed.findings.in_no_family = true;
                failure.class = Class::InteractionRequired;
            }
            if !self.renewal.tokens.is_empty() {
                self.effort = Retry::default();
                return retry::ask(FlowState::Refreshing(self), now);
            }
        }
        FlowState::Refreshing(self).fail(failure)
    }
}

/// The person as Microsoft's front end routes by: `Oid:{uid}@{utid}`.
fn anchor(home_account_id: &str) -> String {
    let uid = cut(home_account_id, ".").0;
    let home = home_tenant(home_account_id);
    if home.is_empty() { String::new() } else { ["Oid:", uid, "@", home].concat() }
}

/// Scopes in another order ask for the same: what each adds is summed up.
fn asked(request: &SignInRequest, endpoint: &str, renewal: &Renewal) -> u64 {
    let claims = request.claims.as_deref().unwrap_or_default();
    let mut hash = hash::of_all([&request.client_id, endpoint, claims]);
    for token in &renewal.tokens {
        hash = hash::fnv(hash, token.secret.expose());
    }
    for scope in &request.scopes {
        hash = hash.wrapping_add(hash::fnv(hash::START, scope));
    }
    hash
}
